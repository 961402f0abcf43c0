/** Deep enough to reach the task lists of one cycle from the top of the response. */
const MAX_SPLIT_LEVELS = 4;

/**
 * Returns the length of the value as JSON in bytes of UTF-8. It serialises one part or list item at a time,
 * so that a text that is too large to send is never held in memory as a whole.
 */
export function countJsonBytes(value: unknown, levels = MAX_SPLIT_LEVELS): number {
  if (Array.isArray(value) && levels > 0) {
    return value.reduce(
      (sum: number, item: unknown) => sum + bytesOf(item),
      punctuation(value.length),
    );
  }
  if (levels === 0 || typeof value !== 'object' || value === null || value instanceof Date) {
    return bytesOf(value);
  }
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return entries.reduce(
    (sum, [key, part]) => sum + bytesOf(key) + 1 + countJsonBytes(part, levels - 1),
    punctuation(entries.length),
  );
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** The bytes of brackets and commas. */
function punctuation(parts: number): number {
  return 2 + Math.max(0, parts - 1);
}
