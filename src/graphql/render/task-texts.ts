import { getOrCreate } from '../../domain/collections';
import { toFlatText } from './json-text';

/** Of all kept texts. Most take about 300. */
const MAX_CHARACTERS = 2_000_000;
const MAX_CHARACTERS_OF_A_TEXT = 4_000;
/** What the entry of a text takes in addition to it. */
const CHARACTERS_PER_ENTRY = 200;

/** By task, and by the compiled selection. */
const texts = new Map<object, Map<object, string>>();
let characters = 0;

/**
 * JSON of a task under a selection that shows nothing but the task. Many users have the same task, as one object
 * (`feishu/shared-tasks.ts`).
 */
export function textOfTask(task: object, selection: object, render: () => string): string {
  const known = texts.get(task)?.get(selection);
  if (known !== undefined) return known;
  const text = toFlatText(render());
  if (text.length > MAX_CHARACTERS_OF_A_TEXT) return text;
  characters += text.length + CHARACTERS_PER_ENTRY;
  if (characters > MAX_CHARACTERS) {
    texts.clear();
    characters = 0;
  }
  getOrCreate(texts, task, () => new Map<object, string>()).set(selection, text);
  return text;
}
