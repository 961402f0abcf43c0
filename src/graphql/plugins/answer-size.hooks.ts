import { limitAnswerSize } from '../limits/answer-size';
import type { OperationHooks } from './operation-hooks';

/** Install it after the hooks that add to the response and before those that log it. */
export function createAnswerSizeHooks(): OperationHooks {
  return {
    willSendResponse({ contextValue: { answer }, response: { body } }) {
      limitAnswerSize(body, answer.estimatedBytes);
    },
  };
}
