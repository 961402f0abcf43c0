import type { FieldNode, GraphQLObjectType } from 'graphql';
import { LRUCache } from 'lru-cache';
import { compileSelection, renderFields, type SelectionContext } from './compile-selection';
import { dependenciesOf, type Dependencies } from './selection-variables';

/** Renders objects of one type under one selection. */
export interface Renderer {
  /** Unique in this process. */
  readonly number: number;
  /** How many fields are compiled, at all levels. */
  readonly fields: number;
  /** Whether later operations use the same renderer, so that they can read its texts. */
  readonly isReused: boolean;
  /** Whether the text depends on the moment, at any level. */
  readonly usesMoment: boolean;
  /** Whether the selection has this field on its first level. */
  selects(fieldName: string): boolean;
  /** JSON of the object. @throws for a value that the type does not allow */
  render(object: object): string;
}

interface Selection extends Dependencies {
  readonly number: number;
  readonly nodes: readonly FieldNode[];
}

/**
 * The limit of all compiled fields in memory, at about 300 bytes each. Variables in `@skip` and `@include`, and
 * merged fields, give one document many renderers, so the limit holds for the process.
 */
const MAX_FIELDS = 50_000;
/** A larger renderer is compiled again for each operation. */
const MAX_FIELDS_OF_ONE = 5_000;
const renderers = new LRUCache<string, Renderer>({
  maxSize: MAX_FIELDS,
  maxEntrySize: MAX_FIELDS_OF_ONE,
  sizeCalculation: ({ fields }) => fields,
});
/** What one field of one execution uses. graphql-js makes one array of nodes for all items of a list. */
interface FieldRenderer extends Pick<SelectionContext, 'variableValues' | 'locale'> {
  readonly nodes: readonly FieldNode[];
  readonly renderer: Renderer;
}

/** What was asked for last: the items of a list follow each other. */
let last: FieldRenderer | undefined;
/** Renderers that are too large to be kept for other executions, by their nodes. */
const ofExecution = new WeakMap<readonly FieldNode[], FieldRenderer>();

/** Keyed by the first of the field nodes that are merged into one field. Cached documents keep their nodes. */
const selections = new WeakMap<FieldNode, Selection[]>();
const MAX_SELECTIONS = 16;

/** Returns the renderer of a field's selection. It is compiled once for the document and for its variables. */
export function rendererOf(
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
  context: Omit<SelectionContext, 'found'>,
): Renderer {
  const { variableValues, locale } = context;
  const known = last?.nodes === nodes ? last : ofExecution.get(nodes);
  if (known?.variableValues === variableValues && known.locale === locale) return known.renderer;
  const { number, variables, usesLocale } = selectionOf(nodes, context);
  const values = variables.map((name) => variableValues[name]);
  const variant = variables.length === 0 && !usesLocale ? '' : JSON.stringify([locale, values]);
  const key = `${number} ${variant}`;
  const present = renderers.get(key);
  const renderer = present ?? createRenderer(type, nodes, context);
  if (!present) renderers.set(key, renderer);
  last = { nodes, variableValues, locale, renderer };
  if (!renderer.isReused) ofExecution.set(nodes, last);
  return renderer;
}

let selectionCount = 0;

function selectionOf(
  nodes: readonly FieldNode[],
  { fragments }: Pick<SelectionContext, 'fragments'>,
): Selection {
  const [first] = nodes;
  if (!first) throw new Error('selection: expected at least one field, got none');
  const known = selections.get(first) ?? [];
  const present = known.find((other) => isSame(other.nodes, nodes));
  if (present) return present;
  selectionCount += 1;
  const selection = { number: selectionCount, nodes, ...dependenciesOf(nodes, fragments) };
  selections.set(first, [selection, ...known].slice(0, MAX_SELECTIONS));
  return selection;
}

function isSame(a: readonly FieldNode[], b: readonly FieldNode[]): boolean {
  return a.length === b.length && a.every((node, i) => node === b[i]);
}

let count = 0;

function createRenderer(
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
  context: Omit<SelectionContext, 'found'>,
): Renderer {
  count += 1;
  const found = { fields: 1, usesMoment: false };
  const fields = compileSelection(type, nodes, { ...context, found });
  const names = new Set(fields.map(({ name }) => name));
  return {
    number: count,
    fields: found.fields,
    isReused: found.fields <= MAX_FIELDS_OF_ONE,
    usesMoment: found.usesMoment,
    selects: (fieldName) => names.has(fieldName),
    render: (object) => renderFields(fields, object),
  };
}
