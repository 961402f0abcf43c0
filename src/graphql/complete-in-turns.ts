import { getNamedType, isObjectType, type GraphQLSchema } from 'graphql';
import { changeResults, type Resolver } from './change-results';
import type { GraphQLContext } from './context';

/**
 * Wraps all resolvers so that graphql-js completes loaded values and list items in turns and other requests
 * run in between.
 * @param exceptType the type of fields whose values need no completion
 */
export function completeInTurns(schema: GraphQLSchema, exceptType?: string): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      if (!field.resolve || getNamedType(field.type).name === exceptType) continue;
      field.resolve = changeResults(field.resolve as Resolver, waitForTurn) as typeof field.resolve;
    }
  }
}

function waitForTurn(value: unknown, { turns }: GraphQLContext): unknown {
  return turns.next()?.then(() => value) ?? value;
}
