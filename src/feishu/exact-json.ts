/** Strings and numbers of a JSON text, each as a whole: digits within a string are part of the string. */
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** 2^53 − 1, up to which a double is exact, has 16 digits. */
const LONG_INTEGER = /^-?\d{16,}$/;
/** Hardly any answer has one, so that most are not rewritten. */
const MAY_HAVE_LONG_INTEGER = /(?:^|[[:,\s])-?\d{16}/;

/**
 * `JSON.parse` that keeps the digits: an integer of 16 digits and more, such as an ID of 64 bits, is read
 * as a string of them, since a double would round it. @throws SyntaxError
 */
export function parseExactJson(text: string): unknown {
  // First as it is: what is looked through below is then known to be JSON, with an end to each string.
  const value: unknown = JSON.parse(text);
  return MAY_HAVE_LONG_INTEGER.test(text) ? JSON.parse(quoteLongIntegers(text)) : value;
}

function quoteLongIntegers(json: string): string {
  return json.replace(STRING_OR_NUMBER, (token) =>
    LONG_INTEGER.test(token) ? `"${token}"` : token,
  );
}
