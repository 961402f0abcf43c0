import {
  isCompositeType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** What selections of a document are read with. */
export interface SelectionReader {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** All nodes of one response name, which a response merges into one property. */
export interface SelectedField {
  readonly parent: GraphQLCompositeType;
  readonly nodes: FieldNode[];
  /** Whether each response has it: no `@skip`, `@include` or other type may leave it out. */
  isAlways: boolean;
}

export function createSelectionReader(
  schema: GraphQLSchema,
  { definitions }: DocumentNode,
): SelectionReader {
  const fragments = definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION);
  return { schema, fragments: new Map(fragments.map((one) => [one.name.value, one])) };
}

/** The fields that selections of one type have together, by response name. */
export function collectFields(
  reader: SelectionReader,
  parent: GraphQLCompositeType,
  sets: readonly SelectionSetNode[],
): ReadonlyMap<string, SelectedField> {
  const found = new Map<string, SelectedField>();
  for (const { selections } of sets) collect(reader, parent, selections, true, found);
  return found;
}

function collect(
  reader: SelectionReader,
  parent: GraphQLCompositeType,
  selections: readonly SelectionNode[],
  isAlways: boolean,
  found: Map<string, SelectedField>,
): void {
  for (const node of selections) {
    const isCertain = isAlways && !node.directives?.length;
    if (node.kind === Kind.FIELD) {
      addField(found, parent, node, isCertain);
      continue;
    }
    const fragment =
      node.kind === Kind.INLINE_FRAGMENT ? node : reader.fragments.get(node.name.value);
    const condition = fragment?.typeCondition?.name.value;
    const type = condition === undefined ? parent : reader.schema.getType(condition);
    // Validation has refused the document of any other fragment.
    if (!fragment || !isCompositeType(type)) continue;
    collect(reader, type, fragment.selectionSet.selections, isCertain && type === parent, found);
  }
}

function addField(
  found: Map<string, SelectedField>,
  parent: GraphQLCompositeType,
  node: FieldNode,
  isAlways: boolean,
): void {
  const name = (node.alias ?? node.name).value;
  const field = found.get(name) ?? { parent, nodes: [], isAlways: false };
  field.nodes.push(node);
  field.isAlways ||= isAlways;
  found.set(name, field);
}
