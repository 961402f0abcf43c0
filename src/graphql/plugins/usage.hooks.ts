import type { OperationHooks } from './operation-hooks';

/**
 * Adds the operation's upstream usage to each response as `extensions.upstream`. Routers drop extensions, so
 * the data that clients need is also available as fields: `fetchedAt`, `stale`, `upstreamQuota`.
 */
export function createUsageHooks(): OperationHooks {
  return {
    willSendResponse({ contextValue, response: { body } }) {
      if (body.kind === 'single') {
        const upstream = { ...contextValue.loader.usage() };
        body.singleResult.extensions = { ...body.singleResult.extensions, upstream };
      }
    },
  };
}
