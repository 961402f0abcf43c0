/** 1,000 aliases of a complete task without fragments have about 52,000 tokens. */
export const MAX_TOKENS = 55_000;

/**
 * Matches whole strings and comments, names, numbers, and single punctuators. An unterminated string
 * matches as well: otherwise the search for its end from each quote in it would take quadratic time. A
 * carriage return ends a line, as in graphql-js. (GraphQL specification, 2.1.2)
 */
const TOKEN =
  /"""(?:\\"""|[^])*?(?:"""|$)|"(?:\\.|[^"\\\n\r])*"?|#[^\n\r]*|\.{3}|[_A-Za-z]\w*|-?\d[\w.+-]*|[!$&()[\]{}:=@|]/g;

/**
 * Counts the tokens before parsing. The token limit of graphql-js applies while it builds the tree, which
 * takes ten times as long.
 */
export function hasTooManyTokens(text: string): boolean {
  // Each token has at least one character.
  if (text.length <= MAX_TOKENS) return false;
  let count = 0;
  for (const [token] of text.matchAll(TOKEN)) {
    if (!token.startsWith('#')) count += 1;
    if (count > MAX_TOKENS) return true;
  }
  return false;
}
