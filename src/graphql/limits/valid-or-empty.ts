import { DEFAULT_FIRST, MAX_FIRST, MAX_USERS_PER_LIST } from '../../domain/input-rules';
import { FIRST_POSITION, pagesFor } from '../../domain/page-position';
import { readCursor } from '../page-cursor';

// These functions return an empty value for an invalid argument. The field itself reports the error.

/** @param value an argument of the type `[ID!]!`, whose items are texts */
export function idsOf(value: unknown): readonly string[] {
  return listOf(value) as readonly string[];
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) && value.length <= MAX_USERS_PER_LIST ? value : [];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** How many users of a cycle and how many pages a field reads; `undefined` if the arguments are invalid. */
export function readEveryone(first: unknown, after: unknown) {
  const count = first ?? DEFAULT_FIRST;
  const position = after == null ? FIRST_POSITION : readCursor(textOf(after));
  if (typeof count !== 'number' || !(count >= 1 && count <= MAX_FIRST) || !position)
    return undefined;
  return { first: count, pages: pagesFor(position, count) };
}
