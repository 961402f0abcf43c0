import type { Explanation } from './explanation';

const MAX_CHARACTERS_READ = 2_000;

/** Patterns for an ID within a text, from the longest match to the shortest. */
const WORDS = [/\S+/g, /[^\s"'`,;:()[\]{}<>]+/g, /[\w@.-]*\w/g, /[\w-]+/g];

/**
 * Returns the users of a call that Feishu names as the reason for a failure: users in the refused values,
 * or else users in its messages. Returns none if Feishu names all users, which does not narrow the search.
 */
export function namedUsers(
  { message, fieldViolations }: Explanation,
  userIds: readonly string[],
): string[] {
  const requested = new Set(userIds);
  const values = fieldViolations.map(({ value }) => value);
  const words = [...fieldViolations.map(({ description }) => description), message];
  return (
    [values, words]
      .map((texts) => [...new Set(texts.flatMap((text) => idsIn(text ?? '', requested)))])
      .find((named) => named.length > 0 && named.length < requested.size) ?? []
  );
}

/** Finds IDs as whole words: the `a` in `invalid` is not the ID `a`, and `li.si` does not contain `li`. */
function idsIn(
  text: string,
  requested: ReadonlySet<string>,
  [pattern, ...finer] = WORDS,
): string[] {
  if (requested.has(text)) return [text];
  if (!pattern) return [];
  const words = text.slice(0, MAX_CHARACTERS_READ).match(pattern) ?? [];
  return words.flatMap((word) => idsIn(word, requested, finer));
}
