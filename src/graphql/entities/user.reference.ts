import { requireUser } from '../../domain/input-rules';
import { inferUserIdType } from '../../domain/user';
import type { GraphQLContext } from '../context';
import type { UserType } from '../types/user.type';
import { idOf, type Representation } from './representation';

/** An ID without its type: its prefix tells, or else the operator has said what it is. */
// eslint-disable-next-line @typescript-eslint/require-await -- rejects instead of throwing, see semester.reference.ts
export async function resolveUserReference(
  reference: Representation,
  { entityUserIdType }: GraphQLContext,
): Promise<UserType> {
  const id = idOf(reference);
  return requireUser('representations.id', id, inferUserIdType(id, entityUserIdType));
}
