import {
  isNonNullType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';

export interface NullVariable {
  readonly name: string;
  /** What is needed, e.g. `Boolean!`. */
  readonly type: string;
  readonly argument: string | undefined;
}

/**
 * A variable that is null where a value is needed; a default, of the variable or of the argument, lets it pass
 * validation. graphql-js would find that out, and explain it, anew for each field of each user.
 */
export function findNullVariable(
  schema: GraphQLSchema,
  { definitions }: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): NullVariable | undefined {
  if (!Object.values(variables).includes(null)) return undefined;
  const typeInfo = new TypeInfo(schema);
  let found: NullVariable | undefined;
  const visitor = visitWithTypeInfo(typeInfo, {
    VariableDefinition: () => false,
    Variable({ name: { value: name } }) {
      const type = typeInfo.getInputType();
      if (variables[name] !== null || !isNonNullType(type)) return;
      found ??= { name, type: String(type), argument: typeInfo.getArgument()?.name };
    },
  });
  for (const definition of definitions) {
    const isPart = definition === operation || definition.kind === Kind.FRAGMENT_DEFINITION;
    if (isPart) visit(definition, visitor);
  }
  return found;
}
