import type { AuthConfig } from '../auth/auth.config';
import type { Config } from '../config';
import { registerGraphQL } from '../http/graphql.route';
import { registerProbes } from '../http/probes.route';
import { createRateLimit } from '../http/rate-limit';
import { createServer } from '../http/server';
import type { Access } from './access';
import type { CloseStack } from './close-stack';
import type { Deps } from './deps';
import type { GraphQL } from './graphql';

/** The HTTP server with its routes, not yet listening. */
export interface Edge {
  /** Resolves with the URL, e.g. `http://127.0.0.1:4000`. Rejects when the port is taken. */
  listen(): Promise<string>;
  /** From now on `/readyz` says no, and each response closes its connection. */
  drain(): void;
}

export interface EdgeParts {
  readonly access: Access;
  readonly graphql: GraphQL;
}

export async function createEdge(
  config: Config,
  { clock, log, metrics }: Deps,
  closeStack: CloseStack,
  { access, graphql }: EdgeParts,
): Promise<Edge> {
  const { auth, corsOrigins, host, port } = config;
  const nowMs = () => clock.now();
  let draining = false;
  const server = await createServer({
    log,
    corsOrigins,
    identityHeaders: identityHeadersOf(auth),
    draining: () => draining,
  });
  closeStack.push('server', () => server.close());
  registerProbes(server, { ready: () => !draining, metrics: metrics.registry });
  registerGraphQL(server, {
    ...graphql,
    corsOrigins,
    authenticate: access.authenticate,
    countRequest: createRateLimit(auth.requestsPerMinute, nowMs),
    audit: access.audit,
    showsPage: config.explorer,
    deadlineMs: config.requestDeadlineMs,
    nowMs,
  });
  return {
    listen: () => server.listen({ host, port }),
    drain() {
      draining = true;
    },
  };
}

/** Request headers that the response varies by, in addition to `Authorization`. */
function identityHeadersOf({ router }: AuthConfig): string[] {
  return router
    ? [router.secretHeader, router.userHeader, router.userIdTypeHeader, router.scopesHeader]
    : [];
}
