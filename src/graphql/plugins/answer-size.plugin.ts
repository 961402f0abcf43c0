import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLContext } from '../context';
import { countJsonBytes } from '../json-bytes';

const BYTES_PER_MB = 2 ** 20;
const MAX_ANSWER_MB = 4;

/**
 * Puts a short error in the place of an answer that is too large to be sent. The price of an operation goes
 * by what people's tasks look like on average; these are what they are.
 */
export function createAnswerSizePlugin(): ApolloServerPlugin<GraphQLContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        willSendResponse({ response: { body } }) {
          if (body.kind !== 'single') return Promise.resolve();
          const mb = countJsonBytes(body.singleResult) / BYTES_PER_MB;
          if (mb > MAX_ANSWER_MB) {
            body.singleResult = { ...body.singleResult, data: null, errors: [tooLarge(mb)] };
          }
          return Promise.resolve();
        },
      }),
  };
}

function tooLarge(mb: number) {
  return {
    message: `operation: expected an answer of at most ${MAX_ANSWER_MB} MB, got ${mb.toFixed(1)} MB`,
    extensions: { code: 'OPERATION_TOO_EXPENSIVE' },
  };
}
