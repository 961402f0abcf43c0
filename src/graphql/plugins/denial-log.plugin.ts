import type { ApolloServerPlugin } from '@apollo/server';
import type { DenialRecord } from '../../auth/denials';
import type { GraphQLContext } from '../context';

export type DenialObserver = (denial: DenialRecord, requestId: string) => void;

/** Reports an operation's denials when the response is complete and no more can follow. */
export function createDenialLogPlugin(
  onDenied: DenialObserver,
): ApolloServerPlugin<GraphQLContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        willSendResponse({ contextValue: { denials, requestId } }) {
          for (const denial of denials.records()) onDenied(denial, requestId);
          return Promise.resolve();
        },
      }),
  };
}
