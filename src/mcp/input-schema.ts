import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  Kind,
  typeFromAST,
  TypeInfo,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';
import { described, leafSchema, objectSchema, type JsonSchema } from './json-schema';

/** The JSON Schema of the variables of an operation, which are the arguments of its tool. */
export function inputSchemaOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  { variableDefinitions = [] }: OperationDefinitionNode,
): JsonSchema {
  const uses = describeUses(schema, document);
  const named = variableDefinitions.map(
    (definition) => [definition.variable.name.value, definition] as const,
  );
  const properties = named.map(([name, definition]): [string, JsonSchema] => [
    name,
    variableSchema(schema, definition, uses.get(name)),
  ]);
  const required = named.filter(([, definition]) => isRequired(definition)).map(([name]) => name);
  return { ...objectSchema(Object.fromEntries(properties), required), additionalProperties: false };
}

function isRequired({ type, defaultValue }: VariableDefinitionNode): boolean {
  return type.kind === Kind.NON_NULL_TYPE && !defaultValue;
}

function variableSchema(
  schema: GraphQLSchema,
  definition: VariableDefinitionNode,
  use: string | undefined,
): JsonSchema {
  const type = typeFromAST(schema, definition.type);
  // Validation has refused the document of a variable with another type.
  if (!isInputType(type)) return {};
  const { defaultValue } = definition;
  const purpose = definition.description?.value ?? use;
  return {
    ...described(
      typeSchema(type, []),
      [purpose, ...describeValues(type)].filter(Boolean).join('\n'),
    ),
    ...(defaultValue && { default: valueFromASTUntyped(defaultValue) }),
  };
}

/** @param outer the input objects around this type: a type may contain itself */
function typeSchema(type: GraphQLInputType, outer: readonly GraphQLInputObjectType[]): JsonSchema {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return { type: 'array', items: typeSchema(nullable.ofType, outer) };
  if (!isInputObjectType(nullable)) return leafSchema(nullable);
  if (outer.includes(nullable)) return { type: 'object' };
  const fields = Object.values(nullable.getFields());
  const properties = fields.map((field): [string, JsonSchema] => [
    field.name,
    described(
      typeSchema(field.type, [...outer, nullable]),
      [field.description, ...describeValues(field.type)].filter(Boolean).join('\n'),
    ),
  ]);
  const required = fields
    .filter((field) => isNonNullType(field.type) && field.defaultValue === undefined)
    .map(({ name }) => name);
  return { ...objectSchema(Object.fromEntries(properties), required), additionalProperties: false };
}

/** A line for each value of an enum, because JSON Schema has no place for the description of a value. */
function describeValues(type: GraphQLInputType): string[] {
  const leaf = getNamedType(type);
  if (!isEnumType(leaf)) return [];
  return leaf
    .getValues()
    .flatMap(({ name, description }) => (description ? [`${name}: ${description}`] : []));
}

/** What the schema says about the argument or the field of an input that takes each variable. */
function describeUses(schema: GraphQLSchema, document: DocumentNode): Map<string, string> {
  const uses = new Map<string, string>();
  const types = new TypeInfo(schema);
  const fields: (string | null | undefined)[] = [];
  const visitor = visitWithTypeInfo(types, {
    ObjectField: {
      enter({ name }) {
        const type = types.getParentInputType();
        const input = type ? getNamedType(type) : undefined;
        fields.push(
          isInputObjectType(input) ? input.getFields()[name.value]?.description : undefined,
        );
      },
      leave() {
        fields.pop();
      },
    },
    Variable({ name }) {
      const description = fields.length > 0 ? fields.at(-1) : types.getArgument()?.description;
      if (description && !uses.has(name.value)) uses.set(name.value, description);
    },
  });
  visit(document, visitor);
  return uses;
}
