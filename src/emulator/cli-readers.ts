/** Turns what stands behind a flag into an option; throws an `Error` that says expected and got. */
export type Reader<T> = (texts: readonly string[], flag: string) => T;

/** Of a flag that is repeated the last one counts, as elsewhere on a command line. */
export const text: Reader<string> = (texts) => texts.at(-1) ?? '';

/** Digits only: `Number` alone would take an empty string for 0. Ranges are the options' own matter. */
export const wholeNumber: Reader<number> = (texts, flag) => {
  const given = text(texts, flag);
  if (!/^\d+$/.test(given)) throw unexpected(flag, 'a whole number', given);
  return Number(given);
};

export const yesOrNo: Reader<boolean> = (texts, flag) =>
  oneOf(['yes', 'no'])(texts, flag) === 'yes';

/** Choices may be numbers; they are compared as they are written. */
export function oneOf<const T extends string | number>(choices: readonly T[]): Reader<T> {
  return (texts, flag) => {
    const given = text(texts, flag);
    const choice = choices.find((candidate) => String(candidate) === given);
    if (choice === undefined) throw unexpected(flag, `one of ${choices.join(', ')}`, given);
    return choice;
  };
}

/** A flag that may be repeated, and may name several values with commas between them. */
export const list: Reader<readonly string[]> = (texts, flag) => {
  const values = texts.flatMap((given) => given.split(',').map((value) => value.trim()));
  if (values.includes('')) throw unexpected(flag, 'values with commas between them', texts.join());
  return values;
};

function unexpected(flag: string, expected: string, got: string): Error {
  return new Error(`${flag}: expected ${expected}, got '${got}'`);
}
