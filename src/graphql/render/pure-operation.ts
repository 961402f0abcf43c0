import {
  getNamedType,
  isCompositeType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { fragmentsOf } from '../limits/fragments';
import { fieldOf } from '../limits/plan-field';

/** Objects of this type are answered as text. */
export const RENDERED_TYPE = 'UserStageTasks';

/** Types whose fields are all data of one snapshot. */
const PURE_TYPES = new Set([RENDERED_TYPE, 'StageTask', 'StageTaskCount', 'LocalizedText']);
/** Of other types, the fields that load nothing and cannot fail. */
const PURE_FIELDS = new Set(['User.id', 'User.idType', 'Semester.id']);
const INTROSPECTION_FIELDS = new Set(['__schema', '__type']);

const known = new WeakMap<OperationDefinitionNode, boolean>();

/**
 * Whether every `UserStageTasks` of an operation can be answered as text: its selection loads nothing. False
 * if the operation selects no `UserStageTasks`, and for introspection.
 */
export function isRenderable(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): boolean {
  const present = known.get(operation);
  if (present !== undefined) return present;
  const found = findSelections(schema, document, operation);
  const renderable = found.rendered > 0 && found.impure === 0;
  known.set(operation, renderable);
  return renderable;
}

interface Found {
  /** Fields of the rendered type. */
  rendered: number;
  /** Fields that need graphql-js with the served schema. */
  impure: number;
}

function findSelections(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Found {
  const fragments = fragmentsOf(document);
  const seen = new Set<string>();
  const found: Found = { rendered: 0, impure: 0 };

  function visitSet(set: SelectionSetNode, parent: GraphQLCompositeType, rendered: boolean): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) visitField(selection, parent, rendered);
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        visitSet(
          selection.selectionSet,
          typeOf(selection.typeCondition?.name.value, parent),
          rendered,
        );
      } else visitSpread(selection.name.value, parent, rendered);
    }
  }

  function visitSpread(name: string, parent: GraphQLCompositeType, rendered: boolean): void {
    const key = `${name} ${rendered}`;
    const fragment = fragments.get(name);
    if (!fragment || seen.has(key)) return;
    seen.add(key);
    visitSet(fragment.selectionSet, typeOf(fragment.typeCondition.name.value, parent), rendered);
  }

  function visitField(node: FieldNode, parent: GraphQLCompositeType, rendered: boolean): void {
    const name = node.name.value;
    if (INTROSPECTION_FIELDS.has(name)) found.impure += 1;
    if (rendered && !isPure(parent.name, name)) found.impure += 1;
    const field = isObjectType(parent) ? fieldOf(schema, parent, name) : undefined;
    const type = field && getNamedType(field.type);
    if (!isCompositeType(type) || !node.selectionSet) return;
    if (type.name === RENDERED_TYPE) found.rendered += 1;
    visitSet(node.selectionSet, type, rendered || type.name === RENDERED_TYPE);
  }

  function typeOf(condition: string | undefined, parent: GraphQLCompositeType) {
    const type = condition === undefined ? parent : schema.getType(condition);
    return isCompositeType(type) ? type : parent;
  }

  const root = schema.getRootType(operation.operation);
  if (root) visitSet(operation.selectionSet, root, false);
  return found;
}

function isPure(type: string, field: string): boolean {
  return field === '__typename' || PURE_TYPES.has(type) || PURE_FIELDS.has(`${type}.${field}`);
}
