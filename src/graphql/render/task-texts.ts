/** Of all kept texts. Most take about 300. */
const MAX_CHARACTERS = 2_000_000;
const MAX_CHARACTERS_OF_A_TEXT = 4_000;
/** What the entry of a text takes in addition to it. */
const CHARACTERS_PER_ENTRY = 200;

/** By selection and by task. A compiled selection that is in use no more is not kept by its texts. */
let texts = new WeakMap<object, Map<object, string>>();
let characters = 0;

/**
 * JSON of a task under a compiled selection that shows nothing but the task. Many users have the same task, as one
 * object (`feishu/shared-tasks.ts`).
 */
export function textOfTask(task: object, selection: object, render: () => string): string {
  const known = texts.get(selection)?.get(task);
  if (known !== undefined) return known;
  const text = render();
  if (text.length > MAX_CHARACTERS_OF_A_TEXT) return text;
  const added = text.length + CHARACTERS_PER_ENTRY;
  characters += added;
  if (characters > MAX_CHARACTERS) {
    texts = new WeakMap();
    characters = added;
  }
  const present = texts.get(selection);
  if (present) present.set(task, text);
  else texts.set(selection, new Map([[task, text]]));
  return text;
}
