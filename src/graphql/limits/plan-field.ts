import {
  getArgumentValues,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  type ValueNode,
} from 'graphql';
import { REACHES, type Arguments } from './reach';
import type { ReachReader } from './selection-plan';

/**
 * Returns a reader of the objects that the field leads to; `undefined` if it leads to no user, cycle or
 * load.
 */
export function readReach(
  type: string,
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
): ReachReader | undefined {
  const reach = REACHES[`${type}.${field.name}`];
  if (!reach) return undefined;
  const argumentsOf = readArguments(field, node);
  return (variables, rules) => {
    const args = argumentsOf(variables);
    return args && reach(args, rules);
  };
}

/** Reads the arguments as execution does. Without variables in them they are read only once. */
function readArguments(field: GraphQLField<unknown, unknown>, node: FieldNode) {
  const read = (variables: Arguments): Arguments | undefined => {
    try {
      return getArgumentValues(field, node, variables);
    } catch {
      return undefined;
    }
  };
  if (node.arguments?.some(({ value }) => hasVariable(value))) return read;
  const known = read({});
  return () => known;
}

function hasVariable(value: ValueNode): boolean {
  if (value.kind === Kind.LIST) return value.values.some(hasVariable);
  if (value.kind === Kind.OBJECT) return value.fields.some((field) => hasVariable(field.value));
  return value.kind === Kind.VARIABLE;
}

export function fieldOf(schema: GraphQLSchema, parent: GraphQLObjectType, name: string) {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
  const own = parent.getFields()[name];
  if (own || parent !== schema.getQueryType()) return own;
  return [SchemaMetaFieldDef, TypeMetaFieldDef].find((field) => field.name === name);
}
