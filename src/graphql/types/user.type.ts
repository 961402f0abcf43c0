import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { UserIdType } from '../../domain/user';
import type { UserKey } from '../../domain/user';

@Directive('@key(fields: "id")')
@ObjectType('User', {
  simpleResolvers: true,
  description: 'A person under one of the four kinds of ID. Naming one does not ask Feishu.',
})
export class UserType implements UserKey {
  @Field(() => ID, { description: 'The ID that the person was asked for with.' })
  readonly id!: string;

  @Field(() => UserIdType, { description: 'What kind of ID that is.' })
  readonly idType!: UserIdType;
}
