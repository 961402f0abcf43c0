import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { described, leafSchema, objectSchema, orNull, type JsonSchema } from './json-schema';
import {
  collectFields,
  createSelectionReader,
  type SelectedField,
  type SelectionReader,
} from './selected-fields';

/** One error of a response, see docs/errors.md. */
const ERROR: JsonSchema = {
  type: 'object',
  properties: {
    message: { type: 'string' },
    path: { type: 'array', description: 'The place in `data` that has no value for this reason.' },
    extensions: {
      type: 'object',
      properties: {
        code: { type: 'string' },
        retryAfterMs: { type: 'number', description: 'The call may succeed after this time.' },
      },
    },
  },
  required: ['message'],
};
const ERRORS: JsonSchema = {
  type: 'array',
  items: ERROR,
  description: 'Absent if all of `data` could be loaded.',
};

/** The JSON Schema of the response to an operation. */
export function outputSchemaOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): JsonSchema {
  const reader = createSelectionReader(schema, document);
  const root = schema.getRootType(operation.operation);
  const data = root ? orNull(selectionSchema(reader, root, [operation.selectionSet])) : {};
  return objectSchema({ errors: ERRORS, data, extensions: { type: 'object' } }, []);
}

function selectionSchema(
  reader: SelectionReader,
  type: GraphQLCompositeType,
  sets: readonly SelectionSetNode[],
): JsonSchema {
  const fields = [...collectFields(reader, type, sets)];
  return objectSchema(
    Object.fromEntries(fields.map(([name, field]) => [name, fieldSchema(reader, field)])),
    fields.filter(([, { isAlways }]) => isAlways).map(([name]) => name),
  );
}

function fieldSchema(reader: SelectionReader, { parent, nodes }: SelectedField): JsonSchema {
  const name = nodes[0]?.name.value ?? '';
  if (name === '__typename') return { type: 'string' };
  const hasFields = isObjectType(parent) || isInterfaceType(parent);
  const field = hasFields ? parent.getFields()[name] : undefined;
  // A field of introspection may have any value here.
  if (!field) return {};
  const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  return described(typeSchema(reader, field.type, sets), field.description);
}

function typeSchema(
  reader: SelectionReader,
  type: GraphQLOutputType,
  sets: readonly SelectionSetNode[],
): JsonSchema {
  const nullable = getNullableType(type);
  const inner = isListType(nullable)
    ? { type: 'array', items: typeSchema(reader, nullable.ofType, sets) }
    : namedSchema(reader, getNamedType(nullable), sets);
  return isNonNullType(type) ? inner : orNull(inner);
}

function namedSchema(
  reader: SelectionReader,
  type: GraphQLNamedType,
  sets: readonly SelectionSetNode[],
): JsonSchema {
  if (isLeafType(type)) return leafSchema(type);
  return isCompositeType(type) ? selectionSchema(reader, type, sets) : {};
}
