import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLContext } from '../context';
import { limitAnswerSize } from '../limits/answer-size';

/** Install it after the plugins that add to the response and before those that log it. */
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
