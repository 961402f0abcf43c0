import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLContext } from '../context';

/**
 * Lets a browser keep an answer for as long as all of it is as good as new. Apollo's own plugin would
 * wrap every field for that; the loader knows it anyway.
 */
export function createCacheControlPlugin(nowMs: () => number): ApolloServerPlugin<GraphQLContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        willSendResponse({ contextValue, response: { body, http } }) {
          const seconds = Math.floor((contextValue.cachePolicy.untilMs() - nowMs()) / 1_000);
          const whole = body.kind === 'single' && !body.singleResult.errors?.length;
          const keep = seconds > 0 && whole;
          http.headers.set('cache-control', keep ? `private, max-age=${seconds}` : 'no-store');
          return Promise.resolve();
        },
      }),
  };
}
