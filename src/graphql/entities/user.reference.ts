import type { GraphQLContext } from '../context';
import type { UserType } from '../types/user.type';
import type { Representation } from './representation';
import { userOfReference } from './user-key';

/** Makes no upstream call. @throws BAD_USER_INPUT */
export function resolveUserReference(
  representation: Representation,
  { userNaming }: GraphQLContext,
): UserType {
  const { id, idType } = userOfReference(userNaming, representation);
  return Object.assign({ id, idType }, { __typename: 'User' });
}
