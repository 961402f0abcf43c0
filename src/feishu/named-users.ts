import type { Explanation } from './explanation';

const MOST_CHARACTERS_READ = 2_000;

/** What may be an ID within a text, from the longest reading to the shortest. */
const WORDS = [/\S+/g, /[^\s"'`,;:()[\]{}<>]+/g, /[\w@.-]*\w/g, /[\w-]+/g];

/**
 * Users of a call whom upstream names as the reason of its failure: those in the values that it refuses,
 * else those in its words. None where it names all of them, which says nothing.
 */
export function namedUsers(
  { message, fieldViolations }: Explanation,
  userIds: readonly string[],
): string[] {
  const asked = new Set(userIds);
  const values = fieldViolations.map(({ value }) => value);
  const words = [...fieldViolations.map(({ description }) => description), message];
  return (
    [values, words]
      .map((texts) => [...new Set(texts.flatMap((text) => idsIn(text ?? '', asked)))])
      .find((named) => named.length > 0 && named.length < asked.size) ?? []
  );
}

/** As whole words: `a` is not named by every `a` in `invalid`, nor `li` by `li.si`. */
function idsIn(text: string, asked: ReadonlySet<string>, [pattern, ...finer] = WORDS): string[] {
  if (asked.has(text)) return [text];
  if (!pattern) return [];
  const words = text.slice(0, MOST_CHARACTERS_READ).match(pattern) ?? [];
  return words.flatMap((word) => idsIn(word, asked, finer));
}
