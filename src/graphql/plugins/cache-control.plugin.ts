import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLContext } from '../context';

/**
 * Lets the client cache a response while all of its data is fresh. Apollo's own plugin wraps every resolver
 * for that; here the loader already knows how fresh the data is.
 */
export function createCacheControlPlugin(nowMs: () => number): ApolloServerPlugin<GraphQLContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        willSendResponse({ contextValue, response: { body, http } }) {
          const seconds = Math.floor((contextValue.cachePolicy.untilMs() - nowMs()) / 1_000);
          const complete = body.kind === 'single' && !body.singleResult.errors?.length;
          const cacheable = seconds > 0 && complete;
          http.headers.set('cache-control', cacheable ? `private, max-age=${seconds}` : 'no-store');
          return Promise.resolve();
        },
      }),
  };
}
