import { Directive, Field, ObjectType } from 'type-graphql';
import type { LocalizedText } from '../../domain/localized-text';

// A value type: other subgraphs may define it as well.
@Directive('@shareable')
@ObjectType('LocalizedText', {
  simpleResolvers: true,
  description: 'A text in the languages that Feishu provides.',
})
export class LocalizedTextType implements LocalizedText {
  @Field(() => String, { nullable: true, description: 'In simplified Chinese.' })
  readonly zhCN!: string | null;

  @Field(() => String, { nullable: true, description: 'In American English.' })
  readonly enUS!: string | null;
}
