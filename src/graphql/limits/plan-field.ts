import {
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { REACHES } from './reach';
import { createArgumentsReader } from './read-arguments';
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
  const argumentsOf = createArgumentsReader(field, node);
  return (variables, rules) => {
    const args = argumentsOf(variables);
    return args && reach(args, rules);
  };
}

export function fieldOf(schema: GraphQLSchema, parent: GraphQLObjectType, name: string) {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
  const own = parent.getFields()[name];
  if (own || parent !== schema.getQueryType()) return own;
  return [SchemaMetaFieldDef, TypeMetaFieldDef].find((field) => field.name === name);
}
