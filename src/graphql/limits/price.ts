import {
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  getVariableValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { follow, type FieldCall, type PriceRules, type Subject } from './price-list';

/** What an operation can cost at most, as its text and its variables tell before it is run. */
export interface Price {
  /**
   * Upstream calls if nothing is remembered: ⌈distinct users ÷ 50⌉ of each scope. What is asked for again
   * below a first answer counts again, since the call for that has left.
   */
  readonly calls: number;
  /** Fields of the answer, as far as the lengths of its lists can be told; loading a user counts as several. */
  readonly fields: number;
}

/** Nothing beyond is looked at: an operation that costs so much more is refused all the same. */
export interface Budget {
  readonly fields: number;
}

const USERS_PER_CALL = 50;

/** Of a valid document whose selections are known to be few. */
export function priceOf(
  rules: PriceRules,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  budget: Budget,
): Price {
  const { schema } = rules;
  const values = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  const root = schema.getRootType(operation.operation);
  // Execution says what is wrong with the variables, and runs nothing.
  if (values.errors || !root) return { calls: 0, fields: 0 };
  const usersByScope = new Map<string, Set<string>>();
  let fields = 0;
  const walk = createWalk(schema, fragmentsOf(document), values.coerced, (call, subject) => {
    fields += subject.count;
    if (fields > budget.fields) return undefined;
    const { weight, loads, children } = follow(rules, call, subject);
    fields += weight;
    if (fields > budget.fields) return undefined;
    for (const { scope, userIds } of loads()) {
      const users = usersByScope.get(scope) ?? new Set();
      usersByScope.set(scope, users);
      for (const id of userIds) users.add(id);
    }
    return children;
  });
  walk(operation.selectionSet, root, { count: 1, users: [], semesterIds: [], wave: 0 });
  const calls = [...usersByScope.values()].map(({ size }) => Math.ceil(size / USERS_PER_CALL));
  return { calls: calls.reduce((sum, count) => sum + count, 0), fields };
}

type Variables = Readonly<Record<string, unknown>>;
/** What the fields below are asked of; `undefined` ends the walk. */
type Visit = (call: FieldCall, subject: Subject) => readonly Subject[] | undefined;

/** Visits each field that will be run, with its arguments, as execution would. */
function createWalk(
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  variables: Variables,
  visit: Visit,
) {
  /** False once the walk has ended. */
  function walk(set: SelectionSetNode, parent: GraphQLObjectType, subject: Subject): boolean {
    return set.selections.every(
      (selection) => isSkipped(selection, variables) || walkInto(selection, parent, subject),
    );
  }

  function walkInto(selection: SelectionNode, parent: GraphQLObjectType, subject: Subject) {
    if (selection.kind === Kind.FIELD) return walkField(selection, parent, subject);
    const fragment = toFragment(selection, fragments);
    if (!fragment || !applies(schema, fragment, parent)) return true;
    return walk(fragment.selectionSet, parent, subject);
  }

  function walkField(node: FieldNode, parent: GraphQLObjectType, subject: Subject): boolean {
    const field = fieldOf(schema, parent, node.name.value);
    const args = field && argumentsOf(field, node, variables);
    // A field whose arguments are wrong is an error before it loads anything.
    if (!args) return true;
    const { selectionSet } = node;
    const children = visit({ type: parent.name, field, args }, subject);
    if (!children || !selectionSet) return children !== undefined;
    return children.every((child) => {
      const type = child.type ? schema.getType(child.type) : getNamedType(field.type);
      return !isObjectType(type) || walk(selectionSet, type, child);
    });
  }

  return walk;
}

function toFragment(
  selection: Exclude<SelectionNode, FieldNode>,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): InlineFragmentNode | FragmentDefinitionNode | undefined {
  return selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
}

function applies(
  schema: GraphQLSchema,
  { typeCondition }: InlineFragmentNode | FragmentDefinitionNode,
  parent: GraphQLObjectType,
): boolean {
  if (!typeCondition || typeCondition.name.value === parent.name) return true;
  const condition = schema.getType(typeCondition.name.value);
  return isAbstractType(condition) && schema.isSubType(condition, parent);
}

function isSkipped(selection: SelectionNode, variables: Variables): boolean {
  if (!selection.directives?.length) return false;
  const skip = getDirectiveValues(GraphQLSkipDirective, selection, variables);
  const include = getDirectiveValues(GraphQLIncludeDirective, selection, variables);
  return skip?.['if'] === true || include?.['if'] === false;
}

function fieldOf(schema: GraphQLSchema, parent: GraphQLObjectType, name: string) {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
  const own = parent.getFields()[name];
  if (own || parent !== schema.getQueryType()) return own;
  return [SchemaMetaFieldDef, TypeMetaFieldDef].find((field) => field.name === name);
}

const NO_ARGUMENTS = {};

function argumentsOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Variables,
): Variables | undefined {
  if (field.args.length === 0) return NO_ARGUMENTS;
  try {
    return getArgumentValues(field, node, variables);
  } catch {
    return undefined;
  }
}

function fragmentsOf({ definitions }: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
}
