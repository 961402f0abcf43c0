import { Kind, type ArgumentNode, type ValueNode } from 'graphql';

/** A value with more levels is refused for them, whatever else lies below. */
const DEEPEST = 20;

/**
 * How many values these arguments are made of, lists and objects included. graphql-js reads each of them
 * anew for every parent of their field.
 */
export function countValues(given: readonly ArgumentNode[] = []): number {
  let count = 0;

  function add(value: ValueNode, level: number): void {
    count += 1;
    if (level === DEEPEST) return;
    if (value.kind === Kind.LIST) for (const part of value.values) add(part, level + 1);
    if (value.kind === Kind.OBJECT) for (const part of value.fields) add(part.value, level + 1);
  }

  for (const { value } of given) add(value, 0);
  return count;
}
