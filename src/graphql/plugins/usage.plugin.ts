import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLContext } from '../context';

/**
 * Says in `extensions.upstream` of each response what it cost. A router keeps this from its clients, so
 * that what they need is also a field: `fetchedAt`, `stale`, `upstreamQuota`.
 */
export function createUsagePlugin(): ApolloServerPlugin<GraphQLContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        willSendResponse({ contextValue, response: { body } }) {
          if (body.kind === 'single') {
            const upstream = { ...contextValue.loader.usage() };
            body.singleResult.extensions = { ...body.singleResult.extensions, upstream };
          }
          return Promise.resolve();
        },
      }),
  };
}
