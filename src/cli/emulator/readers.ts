/** Converts the values of a flag into an option. @throws Error that says what is expected and given */
export type Reader<T> = (texts: readonly string[], flag: string) => T;

/** If the flag is repeated, the last value counts. */
export const text: Reader<string> = (texts) => texts.at(-1) ?? '';

/** Accepts digits only, because `Number('')` is 0. `resolveOptions` checks ranges. */
export const wholeNumber: Reader<number> = (texts, flag) => {
  const given = text(texts, flag);
  if (!/^\d+$/.test(given)) throw unexpected(flag, 'a whole number', given);
  return Number(given);
};

export const yesOrNo: Reader<boolean> = (texts, flag) =>
  oneOf(['yes', 'no'])(texts, flag) === 'yes';

/** Compares choices as text, because some are numbers. */
export function oneOf<const T extends string | number>(choices: readonly T[]): Reader<T> {
  return (texts, flag) => {
    const given = text(texts, flag);
    const choice = choices.find((candidate) => String(candidate) === given);
    if (choice === undefined) throw unexpected(flag, `one of ${choices.join(', ')}`, given);
    return choice;
  };
}

/** Accepts repeated flags and values separated by commas. */
export const list: Reader<readonly string[]> = (texts, flag) => {
  const values = texts.flatMap((given) => given.split(',').map((value) => value.trim()));
  if (values.includes('')) throw unexpected(flag, 'values separated by commas', texts.join());
  return values;
};

export const wholeNumbers: Reader<readonly number[]> = (texts, flag) =>
  list(texts, flag).map((one) => wholeNumber([one], flag));

function unexpected(flag: string, expected: string, got: string): Error {
  return new Error(`${flag}: expected ${expected}, got '${got}'`);
}
