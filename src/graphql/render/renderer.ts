import type { FieldNode, GraphQLObjectType } from 'graphql';
import { compileSelection, type CompiledField, type SelectionContext } from './compile-selection';
import type { JsonPart } from './json-text';
import { dependenciesOf, type Dependencies } from './selection-variables';

/** Renders objects of one type under one selection. */
export interface Renderer {
  /** Unique in this process. */
  readonly number: number;
  /**
   * The texts before, between and after the fields that change with time.
   * @throws for a value that the type does not allow
   */
  renderStatic(object: object): readonly string[];
  /**
   * Puts the fields that change with time between the texts.
   * @throws for a value that the type does not allow
   */
  complete(texts: readonly JsonPart[], object: object): readonly JsonPart[];
}

interface Selection extends Dependencies {
  readonly nodes: readonly FieldNode[];
  /** By the values of the variables and the locale. */
  readonly renderers: Map<string, Renderer>;
}

/** `@skip` and `@include` with variables give one document many variants. The oldest are compiled again. */
const MAX_VARIANTS = 16;
/** By the first of the fields that are merged into one. Documents that are used again have the same nodes. */
const selections = new WeakMap<FieldNode, Selection[]>();

/** The renderer of what an operation selects from a field; compiled once for each document and its variables. */
export function rendererOf(
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
  context: SelectionContext,
  changingFields: readonly string[],
): Renderer {
  const { renderers, variables, locale } = selectionOf(nodes, context);
  const values = variables.map((name) => context.variableValues[name]);
  const key = variables.length === 0 && !locale ? '' : JSON.stringify([context.locale, values]);
  const present = renderers.get(key);
  if (present) return present;
  const renderer = createRenderer(compileSelection(type, nodes, context), changingFields);
  if (renderers.size >= MAX_VARIANTS) renderers.clear();
  renderers.set(key, renderer);
  return renderer;
}

function selectionOf(nodes: readonly FieldNode[], { fragments }: SelectionContext): Selection {
  const [first] = nodes;
  if (!first) throw new Error('a selection: expected at least one field, got none');
  const known = selections.get(first) ?? [];
  const present = known.find((other) => isSame(other.nodes, nodes));
  if (present) return present;
  const selection = { nodes, renderers: new Map(), ...dependenciesOf(nodes, fragments) };
  selections.set(first, [selection, ...known].slice(0, MAX_VARIANTS));
  return selection;
}

function isSame(a: readonly FieldNode[], b: readonly FieldNode[]): boolean {
  return a.length === b.length && a.every((node, i) => node === b[i]);
}

let count = 0;

function createRenderer(
  fields: readonly CompiledField[],
  changingFields: readonly string[],
): Renderer {
  count += 1;
  const changing = fields.filter(({ name }) => changingFields.includes(name));
  return {
    number: count,
    renderStatic(object) {
      const texts: string[] = [];
      let parts = ['{'];
      for (const [i, field] of fields.entries()) {
        parts.push(i === 0 ? field.label : `,${field.label}`);
        if (!changing.includes(field)) parts.push(field.render(object));
        else {
          texts.push(parts.join(''));
          parts = [];
        }
      }
      texts.push(`${parts.join('')}}`);
      return texts;
    },
    complete(texts, object) {
      if (changing.length === 0) return texts;
      return texts.flatMap((text, i): JsonPart[] => {
        const field = changing[i];
        return field ? [text, field.render(object)] : [text];
      });
    },
  };
}
