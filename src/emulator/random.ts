import { createHash } from 'node:crypto';

/** Returns the next number of a reproducible sequence, in [0, 1). */
export type Random = () => number;

/** What all data of a company follows from. */
export type Seed = number | string;

const DIGITS = '0123456789';
const LOWERCASE_ALPHANUMERICS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/**
 * Returns a sequence that depends only on its label. With one shared sequence, a change for one person would
 * change the data of all following people.
 */
export function randomFrom(label: string): Random {
  let draws = 0;
  return () => {
    draws += 1;
    return digest(`${label}#${draws}`).readUInt32BE(0) / 2 ** 32;
  };
}

/** Returns a whole number from `min` to `max`, both included. */
export function integerBetween(random: Random, min: number, max: number): number {
  return min + Math.floor(random() * (max - min + 1));
}

/** Returns the elements in another order; it is always different if there are two distinct elements. */
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

/** Returns at most 32 symbols, one for each byte of the digest. */
function symbolsFrom(label: string, length: number, alphabet: string): string {
  const bytes = [...digest(label).subarray(0, length)];
  return bytes.map((byte) => alphabet.charAt(byte % alphabet.length)).join('');
}

function digest(label: string): Buffer {
  return createHash('sha256').update(label).digest();
}
