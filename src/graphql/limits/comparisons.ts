import {
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { fragmentsOf, type Fragments } from './fragments';

/**
 * Estimates how many comparisons graphql-js makes to find out whether fields of the same name can be
 * merged: it compares each pair of such fields, including arguments, and each pair of fragments in the same
 * selection. Check the number of selections first: this function visits all of them.
 */
export function countComparisons(document: DocumentNode): number {
  const fragments = fragmentsOf(document);

  function ofSets(sets: readonly SelectionSetNode[]): number {
    const { fields, size, spreads } = collect(sets, fragments);
    let comparisons = Math.max(0, spreads - 1) * size;
    for (const same of fields.values()) {
      comparisons += (same.length - 1) * same.reduce((weight, field) => weight + weigh(field), 0);
      const below = same.flatMap(({ selectionSet }) => selectionSet ?? []);
      if (below.length > 0) comparisons += ofSets(below);
    }
    return comparisons;
  }

  return document.definitions.reduce(
    (total, definition) =>
      'selectionSet' in definition ? total + ofSets([definition.selectionSet]) : total,
    0,
  );
}

interface Level {
  /** Fields by response name. */
  readonly fields: ReadonlyMap<string, FieldNode[]>;
  readonly size: number;
  readonly spreads: number;
}

/** Collects the fields of one level of the response, with all fragments expanded. */
function collect(sets: readonly SelectionSetNode[], fragments: Fragments): Level {
  const fields = new Map<string, FieldNode[]>();
  let size = 0;
  let spreads = 0;

  function add({ selections }: SelectionSetNode): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) addField(selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) add(selection.selectionSet);
      else addSpread(fragments.get(selection.name.value));
    }
  }

  function addField(field: FieldNode): void {
    size += 1;
    const name = (field.alias ?? field.name).value;
    const same = fields.get(name);
    if (same) same.push(field);
    else fields.set(name, [field]);
  }

  function addSpread(fragment: FragmentDefinitionNode | undefined): void {
    spreads += 1;
    if (fragment) add(fragment.selectionSet);
  }

  sets.forEach(add);
  return { fields, size, spreads };
}

/** Each comparison prints the arguments; printing this many characters costs as much as a field. */
const CHARACTERS_PER_FIELD = 16;

function weigh({ arguments: given }: FieldNode): number {
  const from = given?.[0]?.loc?.start ?? 0;
  const to = given?.at(-1)?.loc?.end ?? 0;
  return 1 + (to - from) / CHARACTERS_PER_FIELD;
}
