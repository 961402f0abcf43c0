import type { Config } from '../config';
import type { Tracer } from '../domain/spans';
import { localNamesOf } from '../http/host';
import type { McpRouteOptions } from '../http/mcp.route';
import { registerProbes } from '../http/probes.route';
import { registerWebhook, type WebhookRouteOptions } from '../http/webhook.route';
import { createServer, MAX_UNREAD_BYTES, TIMEOUTS } from '../http/server';
import { createOpenStreams, type OpenStreams } from '../http/open-streams';
import { isLoopback } from '../variables';
import type { Access } from './access';
import type { CloseStack } from './close-stack';
import type { Deps } from './deps';
import { identityHeadersOf, registerRoutes } from './edge-routes';
import type { GraphQL } from './graphql';
import type { TenantLoadings } from './loading';

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
  readonly loading: Pick<TenantLoadings, 'of'>;
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
  deps: Deps,
  closeStack: CloseStack,
  parts: EdgeParts,
): Promise<Edge> {
  let draining = false;
  const isDraining = () => draining;
  const server = await createServer(serverOptions(config, deps, isDraining));
  closeStack.push('server', () => server.close());
  const { metrics } = deps;
  registerProbes(server, { ready: () => !draining, metrics: metrics.registry });
  const streams = createStreams(deps, isDraining);
  registerRoutes(server, config, deps, { ...parts, streams });
  if (parts.webhook) await registerWebhook(server, parts.webhook);
  return {
    listen: () => server.listen({ host: config.host, port: config.port }),
    drain() {
      draining = true;
    },
    endStreams: streams.endAll,
  };
}

function serverOptions(
  { auth, corsOrigins, host, trustedProxies }: Config,
  { clock, log }: Deps,
  draining: () => boolean,
): Parameters<typeof createServer>[0] {
  return {
    ...{ log, corsOrigins, trustedProxies, draining },
    identityHeaders: identityHeadersOf(auth),
    localNames: auth.anonymous && isLoopback(host) ? localNamesOf(host) : undefined,
    timeouts: TIMEOUTS,
    maxUnreadBytes: MAX_UNREAD_BYTES,
    nowMs: () => clock.now(),
  };
}

function createStreams({ log, metrics }: Deps, draining: () => boolean): OpenStreams {
  return createOpenStreams({
    max: MAX_STREAMS,
    draining,
    onOpened: metrics.observeStreamOpened,
    onEnded(reason, requestId) {
      metrics.observeStreamEnded(reason);
      log.info({ reason, requestId }, 'stream ended');
    },
  });
}
