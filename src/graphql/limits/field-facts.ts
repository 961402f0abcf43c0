import {
  getNamedType,
  getNullableType,
  isListType,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { getOrCreate } from '../../domain/collections';
import { FIXED_FIELDS, listLengthOf, RULES, type ListLength } from './price-list';
import type { Rule } from './price-rules';
import { bytesOfValue } from './typical-bytes';

/** What the price of a field depends on, whichever operation selects it. */
export interface FieldFacts {
  readonly field: GraphQLField<unknown, unknown>;
  readonly type: GraphQLNamedType;
  readonly length: ListLength;
  /** Beyond its arguments. */
  readonly fields: number;
  /** Of its value, without the parts of its object or list. */
  readonly bytes: number;
  readonly rule: Rule | undefined;
}

/** Types belong to one schema. */
const factsByType = new WeakMap<GraphQLObjectType, Map<string, FieldFacts>>();

/** `undefined` for a field that the schema does not have. */
export function factsOf(
  schema: GraphQLSchema,
  parent: GraphQLObjectType,
  name: string,
): FieldFacts | undefined {
  const known = factsByType.get(parent) ?? new Map<string, FieldFacts>();
  factsByType.set(parent, known);
  const facts = known.get(name);
  if (facts) return facts;
  const field = fieldOf(schema, parent, name);
  return field && getOrCreate(known, name, () => gatherFacts(parent, field));
}

function gatherFacts(parent: GraphQLObjectType, field: GraphQLField<unknown, unknown>): FieldFacts {
  const coordinate = `${parent.name}.${field.name}`;
  const type = getNamedType(field.type);
  return {
    field,
    type,
    length: listLengthOf(coordinate, isListType(getNullableType(field.type))),
    fields: 1 + (FIXED_FIELDS[coordinate] ?? 0),
    bytes: bytesOfValue(coordinate, type),
    rule: RULES[coordinate],
  };
}

function fieldOf(schema: GraphQLSchema, parent: GraphQLObjectType, name: string) {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
  const own = parent.getFields()[name];
  if (own || parent !== schema.getQueryType()) return own;
  return [SchemaMetaFieldDef, TypeMetaFieldDef].find((field) => field.name === name);
}
