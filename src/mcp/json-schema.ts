import { isEnumType, type GraphQLLeafType } from 'graphql';

/** A part of a JSON Schema of the 2020-12 dialect, which MCP takes as the default. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Scalars that are not listed accept any value. */
const SCALARS: Readonly<Record<string, JsonSchema>> = {
  // Not also a number: a cycle's ID has more digits than a number holds.
  ID: { type: 'string' },
  String: { type: 'string' },
  Int: { type: 'integer' },
  Float: { type: 'number' },
  Boolean: { type: 'boolean' },
  DateTime: { type: 'string', format: 'date-time' },
};

export function leafSchema(type: GraphQLLeafType): JsonSchema {
  if (!isEnumType(type)) return SCALARS[type.name] ?? {};
  return { type: 'string', enum: type.getValues().map(({ name }) => name) };
}

/** The schema of an object. */
export function objectSchema(
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[],
): JsonSchema {
  return { type: 'object', properties, ...(required.length > 0 && { required }) };
}

/** The same schema, which also accepts null. */
export function orNull(schema: JsonSchema): JsonSchema {
  const { type, enum: values } = schema;
  if (type === undefined) return schema;
  return {
    ...schema,
    type: [type, 'null'],
    ...(Array.isArray(values) && { enum: [...(values as unknown[]), null] }),
  };
}

export function described(schema: JsonSchema, description: string | null | undefined): JsonSchema {
  return description ? { ...schema, description } : schema;
}
