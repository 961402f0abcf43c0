/** Matches whole strings and numbers of a JSON text, so that digits in a string are not a number. */
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** A double is exact up to 2^53 − 1, which has 16 digits. */
const LONG_INTEGER = /^-?\d{16,}$/;
/** A quick test: most answers have no such integer and need no rewriting. */
const MAY_HAVE_LONG_INTEGER = /(?:^|[[:,\s])-?\d{16}/;

/**
 * Parses JSON like `JSON.parse`, but returns integers of 16 digits and more, such as 64-bit IDs, as
 * strings. A double would round them. @throws SyntaxError
 */
export function parseExactJson(text: string): unknown {
  // Parsing first proves that the text is valid JSON, so the regular expression below is safe.
  const value: unknown = JSON.parse(text);
  return MAY_HAVE_LONG_INTEGER.test(text) ? JSON.parse(quoteLongIntegers(text)) : value;
}

function quoteLongIntegers(json: string): string {
  return json.replace(STRING_OR_NUMBER, (token) =>
    LONG_INTEGER.test(token) ? `"${token}"` : token,
  );
}
