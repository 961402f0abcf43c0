import type { FastifyInstance } from 'fastify';
import type { AuthConfig } from '../auth/auth.config';
import type { Config } from '../config';
import type { AdmissionOptions } from '../http/admission';
import { createCallbackStreams } from '../http/callback-streams';
import { createConcurrencyLimit } from '../http/concurrency-limit';
import { registerExplorer } from '../http/explorer/explorer.route';
import { registerGraphQL } from '../http/graphql.route';
import { registerMcp } from '../http/mcp.route';
import type { OpenStreams } from '../http/open-streams';
import { createRateLimit } from '../http/rate-limit';
import { registerStreams } from '../http/stream.route';
import type { Deps } from './deps';
import type { EdgeParts } from './edge';

export interface RouteParts extends Omit<EdgeParts, 'webhook'> {
  readonly streams: OpenStreams;
}

/** What all routes that serve principals are registered with. */
interface RouteOptions extends RouteParts {
  readonly config: Config;
  /** Requests to all routes count together. */
  readonly admission: Omit<AdmissionOptions, 'servesLandingPage'>;
  /** Streams to clients and to routers count together. */
  readonly acquireStream: AdmissionOptions['acquireSlot'];
}

/** Registers the routes that serve principals: GraphQL with its explorers, streams, and MCP. */
export function registerRoutes(
  server: FastifyInstance,
  config: Config,
  deps: Deps,
  parts: RouteParts,
): void {
  const options: RouteOptions = {
    ...parts,
    config,
    admission: createAdmissionOptions(config, deps, parts),
    acquireStream: createConcurrencyLimit(config.auth.streams, 'streams'),
  };
  registerOperations(server, options);
  registerStreamRoute(server, options, deps);
  const { admission, graphql, mcp } = options;
  if (mcp) {
    const { createContext } = graphql;
    registerMcp(server, { ...admission, ...mcp, createContext, corsOrigins: config.corsOrigins });
  }
}

function createAdmissionOptions(
  { auth, requestDeadlineMs: deadlineMs }: Config,
  { clock }: Deps,
  { access: { authenticate, audit }, loading, tracer }: RouteParts,
): RouteOptions['admission'] {
  const nowMs = () => clock.now();
  return {
    ...{ authenticate, audit, deadlineMs, nowMs, tracer },
    identityHeaders: identityHeadersOf(auth),
    countRequest: createRateLimit(auth.requestsPerMinute, nowMs),
    useTenant: loading.of,
    acquireSlot: createConcurrencyLimit(auth.concurrency),
  };
}

function registerOperations(server: FastifyInstance, options: RouteOptions): void {
  const { config, admission, graphql, streams, acquireStream } = options;
  const { auth, corsOrigins, explorer } = config;
  const { audit, deadlineMs, nowMs } = admission;
  const { createStreamContext } = graphql;
  const openCallbackStream = createCallbackStreams({
    ...{ streams, acquireStream, audit, nowMs, deadlineMs, createStreamContext },
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
}

function registerStreamRoute(
  server: FastifyInstance,
  { config, admission, graphql, streams, acquireStream }: RouteOptions,
  { log }: Deps,
): void {
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
}

/** Request headers that carry credentials. */
export function identityHeadersOf({ router }: AuthConfig): string[] {
  if (!router) return ['authorization'];
  const { secretHeader, userHeader, userIdTypeHeader, scopesHeader } = router;
  const optional = [router.tenantHeader, router.reportsHeader].filter((name) => name !== null);
  return ['authorization', secretHeader, userHeader, userIdTypeHeader, scopesHeader, ...optional];
}
