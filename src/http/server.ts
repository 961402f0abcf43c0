import cors from '@fastify/cors';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import type { Logger } from '../observability/logger';
import { errorBody } from './error-body';
import { findHostFault } from './host';
import { requestIdOf } from './request-id';
import { limitUnreadResponses } from './unread-responses';
import { closeUnusedConnections } from './unused-connections';

/** Twice the size of 1,000 IDs of 64 characters, with room for the query. */
const BODY_LIMIT_BYTES = 256 * 1024;

/** In milliseconds. */
export interface Timeouts {
  /**
   * From the connection, or from the first byte on a kept-alive one, to the last header. A connection that a client
   * opens ahead of need and leaves silent is closed after this time.
   */
  readonly headersMs: number;
  /** To the last byte of the body. At least `headersMs`: Node swaps the two otherwise. */
  readonly requestMs: number;
  /** How often Node checks for slow requests. */
  readonly checkMs: number;
  /** How long a client may take to read its response. */
  readonly responseMs: number;
  /** The same while unread responses exceed `MAX_UNREAD_BYTES`. */
  readonly unreadMs: number;
  /** Between two requests on one connection. */
  readonly idleMs: number;
}

export const TIMEOUTS: Timeouts = {
  headersMs: 10_000,
  requestMs: 15_000,
  checkMs: 1_000,
  responseMs: 20_000,
  unreadMs: 1_000,
  // AWS's ALB and nginx close idle connections after 60 s by default. They have to close first, else a request may
  // arrive on a connection that the gateway closes. Google's balancers (600 s) and Envoy (1 h) wait longer than this.
  idleMs: 75_000,
};

/** About 30 of the largest responses. Responses stay in memory until their clients have read them. */
export const MAX_UNREAD_BYTES = 128 * 1024 * 1024;

export interface ServerOptions {
  readonly log: Logger;
  /** Pages of these origins may send requests. */
  readonly corsOrigins: readonly string[];
  /** Request headers that carry credentials, for `Vary`. */
  readonly identityHeaders: readonly string[];
  /** IP addresses and CIDRs of the proxies whose `X-Forwarded-For` the gateway trusts. */
  readonly trustedProxies: readonly string[];
  /** The only hosts that the gateway answers, except on routes with `anyHost`; `undefined`: any. */
  readonly localNames: ReadonlySet<string> | undefined;
  readonly timeouts: Timeouts;
  readonly maxUnreadBytes: number;
  /** Monotonic. */
  readonly nowMs: () => number;
  /** True once the process has been asked to stop. */
  readonly draining: () => boolean;
}

/** No route has a JSON schema. Fastify's own compilers would load Ajv at the start. */
const NO_SCHEMAS = {
  buildValidator: refuseSchema,
  buildSerializer: refuseSchema,
};

function refuseSchema(): never {
  throw new Error('route: expected no schema, got one');
}

/** The HTTP server without routes: request IDs, timeouts, CORS, and errors in the shape of GraphQL errors. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { log, corsOrigins, identityHeaders, localNames, timeouts, draining } = options;
  const { maxUnreadBytes, nowMs, trustedProxies } = options;
  const vary = ['accept-language', ...identityHeaders].join(', ');
  const server = Fastify({
    // The GraphQL plugins log one line for each operation.
    logger: false,
    genReqId: requestIdOf,
    bodyLimit: BODY_LIMIT_BYTES,
    // With an empty list, Fastify would read the forwarded headers of each request to trust none of them.
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    http: { headersTimeout: timeouts.headersMs, connectionsCheckingInterval: timeouts.checkMs },
    requestTimeout: timeouts.requestMs,
    keepAliveTimeout: timeouts.idleMs,
    forceCloseConnections: 'idle',
    schemaController: { compilersFactory: NO_SCHEMAS },
    // While draining, the gateway still answers requests on open connections.
    return503OnClosing: false,
    frameworkErrors: (error, _request, reply: FastifyReply) => {
      void reply.code(400).send(toBody(400, error.message));
    },
  });
  server.addHook('onRequest', (request, reply, done) => {
    void reply.headers({
      'x-request-id': request.id,
      // Responses hold personal data: only GraphQL relaxes this, and only for the client's own cache.
      'cache-control': 'no-store',
      vary,
    });
    const { anyHost } = request.routeOptions.config;
    const fault = findHostFault(request, anyHost ? undefined : localNames);
    if (fault) void reply.code(fault.status).send(toBody(fault.status, fault.message));
    else done();
  });
  limitUnreadResponses(server, {
    timeoutMs: timeouts.responseMs,
    maxBytes: maxUnreadBytes,
    minAgeMs: timeouts.unreadMs,
    nowMs,
  });
  closeUnusedConnections(server);
  // A kept-alive connection would delay the exit until it times out.
  server.addHook('onSend', (_request, reply, _payload, done) => {
    if (draining()) void reply.header('connection', 'close');
    done();
  });
  setErrorHandlers(server, log);
  if (corsOrigins.length > 0) {
    await server.register(cors, {
      // `false` leaves other origins to the 405 that explains CORS_ORIGINS.
      origin: (origin, done) => {
        done(null, origin !== undefined && corsOrigins.includes(origin) && origin);
      },
      methods: ['GET', 'POST'],
      exposedHeaders: ['x-request-id', 'www-authenticate', 'retry-after'],
    });
  }
  return server;
}

function setErrorHandlers(server: FastifyInstance, log: Logger): void {
  server.setErrorHandler<FastifyError>((error, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) log.error({ err: error, requestId: request.id }, 'request failed');
    return reply.code(status).send(toBody(status, error.message));
  });
  server.setNotFoundHandler((request, reply) =>
    request.url === '/graphql'
      ? reply
          .code(405)
          .header('allow', 'GET, POST')
          .send(toBody(405, explainMethod(request.method)))
      : reply.code(404).send(toBody(404, 'page not found: GraphQL is at /graphql')),
  );
}

function explainMethod(method: string): string {
  return method === 'OPTIONS'
    ? 'Origin: expected one of CORS_ORIGINS, got another or none'
    : `method: expected POST, or GET with a query, got ${method}`;
}

/** The body of an error outside GraphQL, e.g. invalid JSON, a body over the limit, or an unknown page. */
function toBody(status: number, message: string) {
  if (status >= 500) return errorBody('Internal server error', { code: 'INTERNAL_SERVER_ERROR' });
  return errorBody(message, { code: status === 403 ? 'FORBIDDEN' : 'BAD_REQUEST' });
}
