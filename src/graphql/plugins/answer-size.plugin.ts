import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLContext } from '../context';
import { limitAnswerSize } from '../limits/answer-size';

/** After all that adds to the answer, and before what is told of it. */
export function createAnswerSizePlugin(): ApolloServerPlugin<GraphQLContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        willSendResponse({ contextValue: { answer }, response: { body } }) {
          limitAnswerSize(body, answer.estimatedBytes);
          return Promise.resolve();
        },
      }),
  };
}
