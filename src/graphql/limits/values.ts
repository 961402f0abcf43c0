import { Kind, type ArgumentNode, type ValueNode } from 'graphql';

/** `limitShape` rejects values with more levels anyway. */
const MAX_LEVELS = 20;

/**
 * Returns the number of values in the arguments, including lists and objects. graphql-js reads all of them
 * again for each parent object of the field.
 */
export function countValues(given: readonly ArgumentNode[] = []): number {
  let count = 0;

  function add(value: ValueNode, level: number): void {
    count += 1;
    if (level === MAX_LEVELS) return;
    if (value.kind === Kind.LIST) for (const part of value.values) add(part, level + 1);
    if (value.kind === Kind.OBJECT) for (const part of value.fields) add(part.value, level + 1);
  }

  for (const { value } of given) add(value, 0);
  return count;
}
