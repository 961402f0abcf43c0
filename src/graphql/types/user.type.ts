import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { UserIdType } from '../../domain/user';
import type { UserKey } from '../../domain/user';

@Directive('@key(fields: "id")')
@ObjectType('User', {
  simpleResolvers: true,
  description:
    'A person, named by one of the four types of ID. Selecting only `id` and `idType` makes no call to Feishu.',
})
export class UserType implements UserKey {
  @Field(() => ID, { description: 'The ID that the operation names the person by.' })
  readonly id!: string;

  @Field(() => UserIdType, { description: 'The type of the ID.' })
  readonly idType!: UserIdType;
}
