import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { localize } from '../../domain/localized-text';
import type { GraphQLContext } from '../context';
import { TextArgs } from '../types/arguments.args';
import { LocalizedTextType } from '../types/localized-text.type';

@Resolver(() => LocalizedTextType)
export class LocalizedTextResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'The text in the requested language, or in the other language if Feishu has no such text.',
  })
  text(
    @Root() text: LocalizedTextType,
    @Args(() => TextArgs) { locale }: TextArgs,
    @Ctx() context: GraphQLContext,
  ): string | null {
    return localize(text, locale ?? context.locale);
  }
}
