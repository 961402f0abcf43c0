import { JsonText } from './render/json-text';

/** From the response down to the lists of one cycle. */
const LEVELS_TAKEN_APART = 4;

/**
 * Bytes of the value as JSON in UTF-8. It is written part by part, a list item by item, so that a text which
 * is too large to be sent is never whole in memory.
 */
export function countJsonBytes(value: unknown, levels = LEVELS_TAKEN_APART): number {
  if (value instanceof JsonText) return Buffer.byteLength(value.text);
  if (Array.isArray(value) && levels > 0) {
    return value.reduce((sum: number, item: unknown) => sum + bytesOf(item), around(value.length));
  }
  if (levels === 0 || typeof value !== 'object' || value === null || value instanceof Date) {
    return bytesOf(value);
  }
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return entries.reduce(
    (sum, [key, part]) => sum + bytesOf(key) + 1 + countJsonBytes(part, levels - 1),
    around(entries.length),
  );
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** Brackets and commas. */
function around(parts: number): number {
  return 2 + Math.max(0, parts - 1);
}
