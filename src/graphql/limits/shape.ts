import { Kind, type DocumentNode, type SelectionNode, type SelectionSetNode } from 'graphql';
import { fragmentsOf } from './fragments';
import { createInputMeter } from './input-levels';
import { countValues } from './values';

/** The size of a document with all fragments expanded. */
export interface Shape {
  /** Levels of nested selection sets; `Infinity` if a fragment contains itself. */
  readonly levels: number;
  /** Fields, spreads and inline fragments of all definitions. */
  readonly selections: number;
  readonly aliases: number;
  /** Values in arguments, including lists and objects. */
  readonly values: number;
  readonly variables: number;
  /** Directives in the text: those in a fragment count once, however often it is spread. */
  readonly directives: number;
  /** Levels of nested lists and objects in a value, or of lists in a type. */
  readonly inputLevels: number;
  /** Characters of the longest response name: an alias, or the name of a field without one. */
  readonly nameLength: number;
}

interface Extent {
  readonly levels: number;
  readonly selections: number;
  readonly aliases: number;
  readonly values: number;
}

const NOTHING: Extent = { levels: 0, selections: 0, aliases: 0, values: 0 };
const ENDLESS: Extent = {
  levels: Infinity,
  selections: Infinity,
  aliases: Infinity,
  values: Infinity,
};

/**
 * Visits each selection set once, however often it is spread, and none below `maxLevels`, so that measuring a
 * huge document is cheap.
 */
export function measure(document: DocumentNode, maxLevels: number): Shape {
  const fragments = fragmentsOf(document);
  const measured = new Map<string, Extent>();
  const input = createInputMeter(maxLevels);
  let directives = 0;
  let variables = 0;
  let nameLength = 0;

  function ofFragment(name: string): Extent {
    const known = measured.get(name);
    if (known) return known;
    // If the fragment is reached again before it is measured, it contains itself.
    measured.set(name, ENDLESS);
    const fragment = fragments.get(name);
    const extent = fragment ? ofSelections(fragment.selectionSet, 1) : NOTHING;
    measured.set(name, extent);
    return extent;
  }

  function ofSelections({ selections }: SelectionSetNode, level: number): Extent {
    if (level > maxLevels) return { ...NOTHING, levels: level };
    let total = NOTHING;
    for (const selection of selections) total = sum(total, ofSelection(selection, level));
    return total;
  }

  function ofSelection(selection: SelectionNode, level: number): Extent {
    directives += selection.directives?.length ?? 0;
    input.note(selection);
    nameLength = Math.max(nameLength, nameLengthOf(selection));
    const own = {
      levels: level,
      selections: 1,
      aliases: isAlias(selection) ? 1 : 0,
      values: valuesOf(selection),
    };
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const { levels, ...counts } = ofFragment(selection.name.value);
      return sum(own, { ...counts, levels: level + levels });
    }
    return selection.selectionSet ? sum(own, ofSelections(selection.selectionSet, level + 1)) : own;
  }

  let total = NOTHING;
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      directives += definition.directives?.length ?? 0;
      total = sum(total, ofFragment(definition.name.value));
    } else if (definition.kind === Kind.OPERATION_DEFINITION) {
      directives += definition.directives?.length ?? 0;
      for (const variable of definition.variableDefinitions ?? []) {
        variables += 1;
        directives += variable.directives?.length ?? 0;
        input.noteVariable(variable);
      }
      total = sum(total, ofSelections(definition.selectionSet, 1));
    }
  }
  return { ...total, variables, directives, inputLevels: input.levels(), nameLength };
}

function valuesOf(selection: SelectionNode): number {
  const given = selection.kind === Kind.FIELD ? countValues(selection.arguments) : 0;
  const { directives = [] } = selection;
  return directives.reduce((count, directive) => count + countValues(directive.arguments), given);
}

function nameLengthOf(selection: SelectionNode): number {
  return selection.kind === Kind.FIELD ? (selection.alias ?? selection.name).value.length : 0;
}

function isAlias(selection: SelectionNode): boolean {
  return selection.kind === Kind.FIELD && selection.alias !== undefined;
}

function sum(a: Extent, b: Extent): Extent {
  return {
    levels: Math.max(a.levels, b.levels),
    selections: a.selections + b.selections,
    aliases: a.aliases + b.aliases,
    values: a.values + b.values,
  };
}
