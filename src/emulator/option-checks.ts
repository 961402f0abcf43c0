// Each check throws a RangeError that says what is expected and given.

export function assertInteger(
  name: string,
  value: number,
  min: number,
  max = Number.MAX_SAFE_INTEGER,
): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new RangeError(
    `${name}: expected a whole number from ${min} to ${max}, got ${String(value)}`,
  );
}

export function assertSome(
  name: string,
  values: readonly string[],
  choices: readonly string[],
): void {
  const unknown = values.find((value) => !choices.includes(value));
  if (unknown === undefined) return;
  throw new RangeError(`${name}: expected some of ${choices.join(', ')}, got '${unknown}'`);
}

export function assertWebUrl(name: string, value: string): void {
  if (value === '' || (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol))) return;
  throw new RangeError(`${name}: expected an http:// or https:// URL, got '${value}'`);
}

export function assertPositive(name: string, value: number): void {
  if (Number.isFinite(value) && value > 0) return;
  throw new RangeError(`${name}: expected a number greater than 0, got ${String(value)}`);
}
