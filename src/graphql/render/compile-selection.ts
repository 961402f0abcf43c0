import {
  getArgumentValues,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  TypeNameMetaFieldDef,
  type FieldNode,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
} from 'graphql';
import { collectSubfields } from 'graphql/execution/collectFields';
import { localize, type Locale, type LocalizedText } from '../../domain/localized-text';

/** What a selection means in one operation: its fragments, the values of its variables, the client's language. */
export type SelectionContext = Pick<
  GraphQLResolveInfo,
  'schema' | 'fragments' | 'variableValues'
> & { readonly locale: Locale };

/** JSON of a value. @throws NotRenderableError */
type Render = (value: unknown) => string;

export interface CompiledField {
  /** In the schema. */
  readonly name: string;
  /** The name in the answer as JSON, with the colon. */
  readonly label: string;
  /** JSON of the field's value. @throws NotRenderableError */
  readonly render: (object: object) => string;
}

/** Execution reports such a value as an error, with the rules for null that GraphQL has: graphql-js does that. */
export class NotRenderableError extends Error {
  override readonly name = 'NotRenderableError';
}

/**
 * The fields of a selection, in the order of the answer. Fields are read from the object's properties, as by
 * graphql-js's default resolver; `LocalizedText.text` is the one field here with a resolver of its own.
 */
export function compileSelection(
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
  context: SelectionContext,
): CompiledField[] {
  const { schema, fragments, variableValues } = context;
  const selected = collectSubfields(schema, fragments, variableValues, type, nodes);
  return [...selected].flatMap(([responseName, fieldNodes]) => {
    const [node] = fieldNodes;
    const name = node?.name.value ?? '';
    const render = compileField(type, fieldNodes, context);
    return render ? [{ name, label: `${JSON.stringify(responseName)}:`, render }] : [];
  });
}

function compileField(
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
  context: SelectionContext,
): CompiledField['render'] | undefined {
  const [node] = nodes;
  const name = node?.name.value ?? '';
  if (name === TypeNameMetaFieldDef.name) return () => JSON.stringify(type.name);
  const field = type.getFields()[name];
  if (!node || !field) return undefined;
  const render = compileType(field.type, nodes, context);
  if (type.name === 'LocalizedText' && name === 'text') {
    const locale = localeOf(field, node, context);
    return (text) => render(localize(text as LocalizedText, locale));
  }
  return (object) => render((object as Record<string, unknown>)[name]);
}

function localeOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  { variableValues, locale }: SelectionContext,
): Locale {
  const args = getArgumentValues(field, node, variableValues) as { locale?: Locale | null };
  return args.locale ?? locale;
}

function compileType(
  type: GraphQLOutputType,
  nodes: readonly FieldNode[],
  context: SelectionContext,
): Render {
  if (isNonNullType(type)) return compileNonNull(type.ofType, nodes, context);
  const render = compileNonNull(type, nodes, context);
  return (value) => (value === null || value === undefined ? 'null' : render(value));
}

/** Of a type that is not wrapped in NonNull: the value must not be null. */
function compileNonNull(
  type: GraphQLOutputType,
  nodes: readonly FieldNode[],
  context: SelectionContext,
): Render {
  if (isListType(type)) {
    const renderItem = compileType(type.ofType as GraphQLOutputType, nodes, context);
    return (value) =>
      `[${present(value as readonly unknown[])
        .map(renderItem)
        .join(',')}]`;
  }
  if (isLeafType(type)) return compileLeaf(type);
  if (!isObjectType(type))
    throw new NotRenderableError(`expected an object type, got ${type.toString()}`);
  const fields = compileSelection(type, nodes, context);
  return (value) => renderFields(fields, present(value as object));
}

function renderFields(fields: readonly CompiledField[], object: object): string {
  let text = '{';
  for (const { label, render } of fields) {
    text += text === '{' ? label + render(object) : `,${label}${render(object)}`;
  }
  return `${text}}`;
}

function compileLeaf(type: GraphQLLeafType): Render {
  return (value) => {
    let leaf: unknown;
    try {
      leaf = type.serialize(present(value));
    } catch {
      throw new NotRenderableError(type.name);
    }
    return JSON.stringify(present(leaf));
  };
}

function present<T>(value: T): NonNullable<T> {
  if (value === null || value === undefined) throw new NotRenderableError('null');
  return value;
}
