import { badUserInput } from '../../domain/errors';

/** What a router sends to name an entity. It comes from outside: only `__typename` was looked at. */
export type Representation = Readonly<Record<string, unknown>>;

/** @throws BAD_USER_INPUT */
export function idOf({ id }: Representation): string {
  if (typeof id === 'string') return id;
  throw badUserInput('representations.id', 'a string', typeof id);
}
