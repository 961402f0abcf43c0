/** From this size on, a response is treated as large. */
export const LARGE_RESPONSE_BYTES = 2 ** 18;

/** Part of a text of JSON. A buffer is encoded in UTF-8 already. */
export type JsonPart = string | Buffer;

/** A value of a response that is JSON already. */
export class JsonText {
  constructor(readonly text: JsonPart) {}
}

/** Adds the JSON of a value as `JSON.stringify` writes it, with the texts in it put in as they are. */
export function addJson(parts: JsonPart[], value: unknown): void {
  if (value instanceof JsonText) addText(parts, value.text);
  else if (Array.isArray(value)) {
    value.forEach((item: unknown, i) => {
      addText(parts, i === 0 ? '[' : ',');
      addJson(parts, item);
    });
    addText(parts, value.length === 0 ? '[]' : ']');
  } else if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    addFields(parts, value as Readonly<Record<string, unknown>>);
  } else addText(parts, JSON.stringify(value));
}

/** Adds an object. `undefined` values are left out. */
function addFields(parts: JsonPart[], object: Readonly<Record<string, unknown>>): void {
  let before = '{';
  for (const name of Object.keys(object)) {
    const value = object[name];
    if (value === undefined) continue;
    addText(parts, `${before}${JSON.stringify(name)}:`);
    addJson(parts, value);
    before = ',';
  }
  addText(parts, before === '{' ? '{}' : '}');
}

/** Adds a text. Strings that follow each other become one part, because each part is written by a call of its own. */
export function addText(parts: JsonPart[], text: JsonPart): void {
  const last = parts.at(-1);
  if (typeof last === 'string' && typeof text === 'string') parts[parts.length - 1] = last + text;
  else parts.push(text);
}

export function countBytes(parts: readonly JsonPart[]): number {
  return parts.reduce(
    (sum, part) => sum + (typeof part === 'string' ? Buffer.byteLength(part) : part.length),
    0,
  );
}

/**
 * A large response is joined into a string: V8 collects buffers late, because they are outside of its heap.
 * @param bytes of all parts
 */
export function joinParts(parts: readonly JsonPart[], bytes = countBytes(parts)): string | Buffer {
  if (bytes >= LARGE_RESPONSE_BYTES) return parts.map(String).join('');
  const joined = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const part of parts) {
    at += typeof part === 'string' ? joined.write(part, at) : part.copy(joined, at);
  }
  return joined;
}

/** A property that JSON does not show. A weak map of responses would cost the garbage collector more. */
const HAS_TEXTS = Symbol('has texts');

/** Notes that there are texts in the data of a response. */
export function noteTexts(data: object): void {
  Object.defineProperty(data, HAS_TEXTS, { value: true });
}

export function hasTexts(data: object | null | undefined): boolean {
  return !!data && HAS_TEXTS in data;
}
