import type { GraphQLContext } from '../context';
import type { UserType } from '../types/user.type';
import type { Representation } from './representation';
import { userOfReference } from './user-key';

/** Makes no upstream call. */
// eslint-disable-next-line @typescript-eslint/require-await -- rejects instead of throwing, see semester.reference.ts
export async function resolveUserReference(
  reference: Representation,
  { userNaming }: GraphQLContext,
): Promise<UserType> {
  return userOfReference(userNaming, reference);
}
