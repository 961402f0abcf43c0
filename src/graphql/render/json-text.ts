/** A part of an answer that is JSON already. */
export class JsonText {
  constructor(readonly text: string) {}
}

/** Writes a value as `JSON.stringify` does, with the texts in it put in as they are. */
export function writeJson(value: unknown): string {
  if (value instanceof JsonText) return value.text;
  if (typeof value !== 'object' || value === null || value instanceof Date) {
    return JSON.stringify(value) ?? 'null';
  }
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`;
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .map(([name, field]) => `${JSON.stringify(name)}:${writeJson(field)}`);
  return `{${fields.join(',')}}`;
}

const withTexts = new WeakSet<object>();

/** Notes that there are texts in the data of an answer. */
export function noteTexts(data: object): void {
  withTexts.add(data);
}

export function hasTexts(data: object): boolean {
  return withTexts.has(data);
}
