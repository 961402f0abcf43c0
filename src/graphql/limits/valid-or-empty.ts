import { MAX_USERS_PER_LIST } from '../../domain/input-rules';

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
