import { getNamedType, isLeafType, isObjectType, type GraphQLSchema } from 'graphql';
import { changeResults, type Change, type Resolver } from './change-results';
import { depthOf } from './depth';
import { RENDERED_TYPE } from './render/pure-operation';

/** Which fields of a schema are completed in turns, and how. */
export interface TurnOptions {
  /** The type of fields whose values need no completion. */
  readonly exceptType?: string;
  /** Less than 1 for a schema on which a value is completed faster than usual. */
  readonly weight?: number;
}

/**
 * Wraps all resolvers so that graphql-js completes loaded values and list items in turns and other requests
 * run in between.
 */
export function completeInTurns(schema: GraphQLSchema, options: TurnOptions = {}): void {
  const { weight = 1 } = options;
  const waitForTurn: Change = (value, { turns }, { path }) =>
    turns.next(weight, depthOf(path))?.then(() => value) ?? value;
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    // Its fields only show what is loaded: the tasks of a user are one part of the answer.
    if (type.name === RENDERED_TYPE) continue;
    for (const field of Object.values(type.getFields())) {
      const fieldType = getNamedType(field.type);
      if (!field.resolve || fieldType.name === options.exceptType) continue;
      // A leaf that is known already is completed at once: thousands of tasks may have one.
      const resolve = changeResults(field.resolve as Resolver, waitForTurn, !isLeafType(fieldType));
      field.resolve = resolve as typeof field.resolve;
    }
  }
}
