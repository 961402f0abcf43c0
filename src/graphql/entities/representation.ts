import { badUserInput } from '../../domain/errors';

/** How a router names an entity. The values are untrusted: only `__typename` is checked. */
export type Representation = Readonly<Record<string, unknown>>;

/** @throws BAD_USER_INPUT that names the key: a null key is a fault in another subgraph's data. */
export function readKey(representation: Representation, key: string): string {
  const value = representation[key];
  if (typeof value === 'string') return value;
  throw badUserInput(`representations.${key}`, 'a string', kindOf(value));
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
