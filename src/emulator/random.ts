import { createHash } from 'node:crypto';

/** Returns the next number of a reproducible sequence, at least 0 and below 1. */
export type Random = () => number;

const DIGITS = '0123456789';
const LOWERCASE_ALPHANUMERICS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/**
 * A sequence that depends on its label alone. Labels rather than one shared sequence: what is drawn for
 * one person never shifts what is drawn for the next.
 */
export function randomFrom(label: string): Random {
  let draws = 0;
  return () => {
    draws += 1;
    return digest(`${label}#${draws}`).readUInt32BE(0) / 2 ** 32;
  };
}

/** A whole number from `min` to `max`, both included. */
export function integerBetween(random: Random, min: number, max: number): number {
  return min + Math.floor(random() * (max - min + 1));
}

/** The elements in another order. Two or more distinct elements never keep the order that they had. */
export function shuffled<T>(elements: readonly T[], random: Random): T[] {
  const keyed = elements.map((element) => ({ element, key: random() }));
  const order = keyed.sort((a, b) => a.key - b.key).map(({ element }) => element);
  const unchanged = order.every((element, index) => element === elements[index]);
  return unchanged ? [...order.slice(1), ...order.slice(0, 1)] : order;
}

export function hexFrom(label: string): string {
  return digest(label).toString('hex').slice(0, 32);
}

export function digitsFrom(label: string, length: number): string {
  return symbolsFrom(label, length, DIGITS);
}

export function alphanumericsFrom(label: string, length: number): string {
  return symbolsFrom(label, length, LOWERCASE_ALPHANUMERICS);
}

/** At most 32 symbols, one for each byte of the digest. */
function symbolsFrom(label: string, length: number, alphabet: string): string {
  const bytes = [...digest(label).subarray(0, length)];
  return bytes.map((byte) => alphabet.charAt(byte % alphabet.length)).join('');
}

function digest(label: string): Buffer {
  return createHash('sha256').update(label).digest();
}
