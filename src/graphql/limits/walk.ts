import {
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Fragments } from './fragments';
import type { FieldCall, Subject } from './subject';

type Variables = Readonly<Record<string, unknown>>;
interface Visitor {
  /** Asked before a field's arguments are read, since that takes as long as there are values in them. */
  readonly affords: (node: FieldNode, subject: Subject) => boolean;
  /** What the fields below are asked of; `undefined` ends the walk. */
  readonly visit: (call: FieldCall, subject: Subject) => readonly Subject[] | undefined;
}

/** Visits each field that will be run, with its arguments, as execution would. */
export function createWalk(
  schema: GraphQLSchema,
  fragments: Fragments,
  variables: Variables,
  { affords, visit }: Visitor,
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
    if (!affords(node, subject)) return false;
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
  fragments: Fragments,
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
