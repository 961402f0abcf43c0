import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLContext } from '../context';

/** Shorter ones are parsed and validated in a few milliseconds. */
const LARGE_DOCUMENT_CHARACTERS = 10_000;

/** Lets other requests in between the steps of a large document: parse, validate, execute. */
export function createPausePlugin(): ApolloServerPlugin<GraphQLContext> {
  return {
    requestDidStart: ({ request: { query = '' } }) =>
      Promise.resolve(
        query.length < LARGE_DOCUMENT_CHARACTERS
          ? undefined
          : {
              validationDidStart: () => nextTurn(),
              executionDidStart: () => nextTurn(),
            },
      ),
  };
}
