import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLContext } from '../context';

/** Shorter documents are parsed and validated in a few milliseconds. */
export const LARGE_DOCUMENT_CHARACTERS = 10_000;

/** Yields to other requests between parsing, validation, cost analysis and execution of a large document. */
export function createPausePlugin(): ApolloServerPlugin<GraphQLContext> {
  return {
    requestDidStart: ({ request: { query = '' } }) =>
      Promise.resolve(
        query.length < LARGE_DOCUMENT_CHARACTERS
          ? undefined
          : {
              async validationDidStart() {
                await nextTurn();
                return () => nextTurn();
              },
              executionDidStart: () => nextTurn(),
            },
      ),
  };
}
