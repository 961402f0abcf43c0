import type { AuthConfig } from '../auth/auth.config';
import type { Config } from '../config';
import type { Tracer } from '../domain/spans';
import { createCallbackStreams } from '../http/callback-streams';
import { createConcurrencyLimit } from '../http/concurrency-limit';
import { registerExplorer } from '../http/explorer/explorer.route';
import { registerGraphQL } from '../http/graphql.route';
import { localNamesOf } from '../http/host';
import { registerMcp, type McpRouteOptions } from '../http/mcp.route';
import { registerProbes } from '../http/probes.route';
import { createRateLimit } from '../http/rate-limit';
import { registerWebhook, type WebhookRouteOptions } from '../http/webhook.route';
import { createServer, MAX_UNREAD_BYTES, TIMEOUTS } from '../http/server';
import { createOpenStreams } from '../http/open-streams';
import { registerStreams } from '../http/stream.route';
import { isLoopback } from '../variables';
import type { Access } from './access';
import type { CloseStack } from './close-stack';
import type { Deps } from './deps';
import type { GraphQL } from './graphql';

/** The HTTP server with its routes, not yet listening. */
export interface Edge {
  /** Resolves with the URL, e.g. `http://127.0.0.1:4000`. Rejects when the port is taken. */
  listen(): Promise<string>;
  /** After this, `/readyz` responds with 503, and each response closes its connection. */
  drain(): void;
  /** Ends all streams. Their clients reconnect, to other replicas once balancers have read `/readyz`. */
  readonly endStreams: () => void;
}

/** Of one process, for all principals. */
const MAX_STREAMS = 10_000;

export interface EdgeParts {
  readonly access: Access;
  readonly graphql: GraphQL;
  /** `undefined` unless assistants are served. */
  readonly mcp: Pick<McpRouteOptions, 'answerMcp' | 'runFor'> | undefined;
  /** `undefined` unless Feishu's events are received. */
  readonly webhook: WebhookRouteOptions | undefined;
  /** `undefined` if traces are off. */
  readonly tracer: Tracer | undefined;
}

export async function createEdge(
  config: Config,
  { clock, log, metrics }: Deps,
  closeStack: CloseStack,
  { access, graphql, mcp, webhook, tracer }: EdgeParts,
): Promise<Edge> {
  const { auth, corsOrigins, explorer, host, port, trustedProxies } = config;
  const identityHeaders = identityHeadersOf(auth);
  const nowMs = () => clock.now();
  let draining = false;
  const server = await createServer({
    log,
    corsOrigins,
    identityHeaders,
    trustedProxies,
    localNames: auth.anonymous && isLoopback(host) ? localNamesOf(host) : undefined,
    timeouts: TIMEOUTS,
    maxUnreadBytes: MAX_UNREAD_BYTES,
    nowMs,
    draining: () => draining,
  });
  closeStack.push('server', () => server.close());
  registerProbes(server, { ready: () => !draining, metrics: metrics.registry });
  // Requests to both routes count together.
  const admission = {
    authenticate: access.authenticate,
    identityHeaders,
    countRequest: createRateLimit(auth.requestsPerMinute, nowMs),
    acquireSlot: createConcurrencyLimit(auth.concurrency),
    audit: access.audit,
    deadlineMs: config.requestDeadlineMs,
    nowMs,
    tracer,
  };
  const streams = createOpenStreams({
    max: MAX_STREAMS,
    draining: () => draining,
    onOpened: metrics.observeStreamOpened,
    onEnded(reason, requestId) {
      metrics.observeStreamEnded(reason);
      log.info({ reason, requestId }, 'stream ended');
    },
  });
  const acquireStream = createConcurrencyLimit(auth.streams, 'streams');
  const openCallbackStream = createCallbackStreams({
    ...{ streams, acquireStream, audit: access.audit, nowMs },
    deadlineMs: config.requestDeadlineMs,
    createStreamContext: graphql.createStreamContext,
  });
  registerGraphQL(server, {
    ...graphql,
    ...admission,
    sendPage: registerExplorer(server, {
      ...graphql,
      ...explorer,
      needsToken: !auth.anonymous,
    }),
    openCallbackStream: config.subscriptionCallbackUrls.length > 0 ? openCallbackStream : undefined,
    safelist: config.persistedOperations?.texts,
    corsOrigins,
    servesLandingPage: explorer.graphiql || explorer.apollo,
  });
  registerStreams(server, {
    ...graphql,
    ...admission,
    acquireSlot: acquireStream,
    safelist: config.persistedOperations?.texts,
    streams,
    onDefect(error, requestId) {
      log.error({ err: error, requestId }, 'stream failed');
    },
  });
  if (mcp) {
    const { createContext } = graphql;
    registerMcp(server, { ...admission, ...mcp, createContext, corsOrigins });
  }
  if (webhook) await registerWebhook(server, webhook);
  return {
    listen: () => server.listen({ host, port }),
    drain() {
      draining = true;
    },
    endStreams: streams.endAll,
  };
}

/** Request headers that carry credentials. */
function identityHeadersOf({ router }: AuthConfig): string[] {
  if (!router) return ['authorization'];
  const { secretHeader, userHeader, userIdTypeHeader, scopesHeader } = router;
  const optional = [router.tenantHeader, router.reportsHeader].filter((name) => name !== null);
  return ['authorization', secretHeader, userHeader, userIdTypeHeader, scopesHeader, ...optional];
}
