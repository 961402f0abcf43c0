/** A part of an answer that is JSON already. */
export class JsonText {
  constructor(readonly text: string) {}
}

/** Writes data of an answer as `JSON.stringify` does, with the texts in it put in as they are. */
export function writeJson(data: unknown): string {
  if (data instanceof JsonText) return data.text;
  if (Array.isArray(data)) return `[${data.map(writeJson).join(',')}]`;
  if (typeof data !== 'object' || data === null || data instanceof Date) {
    return JSON.stringify(data);
  }
  const fields = Object.entries(data).map(
    ([name, value]) => `${JSON.stringify(name)}:${writeJson(value)}`,
  );
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
