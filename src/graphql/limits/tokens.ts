/** 1,000 aliases of a whole task, written out, are about 52,000. */
export const MAX_TOKENS = 55_000;

/**
 * Strings and comments as a whole, names, numbers, and each sign by itself; all else lies between. A
 * string that does not end counts too: looking for its end from each quote in it would take quadratic time.
 * A carriage return ends a line, as in graphql-js. (GraphQL specification, 2.1.2)
 */
const TOKEN =
  /"""(?:\\"""|[^])*?(?:"""|$)|"(?:\\.|[^"\\\n\r])*"?|#[^\n\r]*|\.{3}|[_A-Za-z]\w*|-?\d[\w.+-]*|[!$&()[\]{}:=@|]/g;

/**
 * Counts before anything is parsed: graphql-js builds a tree of what it has read by the time that its own
 * limit ends it, which takes ten times as long.
 */
export function hasTooManyTokens(text: string): boolean {
  // A token has a character at least.
  if (text.length <= MAX_TOKENS) return false;
  let count = 0;
  for (const [token] of text.matchAll(TOKEN)) {
    if (!token.startsWith('#')) count += 1;
    if (count > MAX_TOKENS) return true;
  }
  return false;
}
