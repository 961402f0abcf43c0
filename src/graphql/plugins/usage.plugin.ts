import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLContext } from '../context';

/**
 * Adds the operation's upstream usage to each response as `extensions.upstream`. Routers drop extensions, so
 * the data that clients need is also available as fields: `fetchedAt`, `stale`, `upstreamQuota`.
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
