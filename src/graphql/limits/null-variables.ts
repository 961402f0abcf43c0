import {
  isNonNullType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { fragmentsOf } from './fragments';

export interface NullVariable {
  readonly name: string;
  /** The expected type, e.g. `Boolean!`. */
  readonly type: string;
  readonly argument: string | undefined;
}

/**
 * Returns the first variable that is null where the type is non-null. Validation allows it if the variable
 * or the argument has a default. Without this check graphql-js creates an error for each field of each
 * user. Fields that `@skip` or `@include` exclude count, too.
 */
export function findNullVariable(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): NullVariable | undefined {
  const isNull = (name: string) => variables[name] === null;
  const defined = operation.variableDefinitions ?? [];
  if (!defined.some(({ variable }) => isNull(variable.name.value))) return undefined;
  const fragments = fragmentsOf(document);
  const typeInfo = new TypeInfo(schema);
  const spread = new Set<string>();
  let found: NullVariable | undefined;
  const visitor = visitWithTypeInfo(typeInfo, {
    VariableDefinition: () => false,
    FragmentSpread: ({ name }) => {
      spread.add(name.value);
    },
    Variable({ name: { value: name } }) {
      const type = typeInfo.getInputType();
      if (!isNull(name) || !isNonNullType(type)) return;
      found ??= { name, type: String(type), argument: typeInfo.getArgument()?.name };
    },
  });
  visit(operation, visitor);
  // Visiting a fragment adds the fragments that it spreads to the set, and the loop visits them, too.
  for (const name of spread) {
    const fragment = fragments.get(name);
    if (fragment) visit(fragment, visitor);
  }
  return found;
}
