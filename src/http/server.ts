import cors from '@fastify/cors';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import type { Logger } from '../observability/logger';
import { errorBody } from './error-body';
import { findHostFault } from './host';
import { requestIdOf } from './request-id';
import { limitUnreadAnswers } from './unread-answers';

/** 1,000 IDs of 64 characters fit twice. */
const BODY_LIMIT_BYTES = 256 * 1024;

/** In milliseconds. */
export interface Timeouts {
  /**
   * From the connection, or the first byte on one that was kept, to the last header. Includes the time that
   * a connection which is opened ahead of need stays silent.
   */
  readonly headersMs: number;
  /** To the last byte of the body. Not shorter than `headersMs`: Node would swap the two. */
  readonly requestMs: number;
  /** How often Node looks for requests that are too slow. */
  readonly checkMs: number;
  /** From the answer being ready until the client has taken it. */
  readonly answerMs: number;
  /** The same while many answers are ready and not taken: see `MAX_UNREAD_BYTES`. */
  readonly unreadMs: number;
  /** Between two requests on one connection. */
  readonly idleMs: number;
}

export const TIMEOUTS: Timeouts = {
  headersMs: 10_000,
  requestMs: 15_000,
  checkMs: 1_000,
  answerMs: 20_000,
  unreadMs: 1_000,
  // Longer than the 60 s after which AWS's ALB and nginx close idle connections by default: they close
  // first, so that no request meets a closing connection. Google's balancers (600 s) and Envoy (1 h) do not.
  idleMs: 75_000,
};

/** Thirty of the largest answers. They are memory until their clients have taken them. */
export const MAX_UNREAD_BYTES = 128 * 1024 * 1024;

export interface ServerOptions {
  readonly log: Logger;
  /** Browsers on these origins may call; none by default. */
  readonly corsOrigins: readonly string[];
  /** In which clients and trusted routers say who asks, so that answers differ by them. */
  readonly identityHeaders: readonly string[];
  /** IP addresses and CIDRs of the proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** The only hosts that are answered, except by routes with `anyHost`; `undefined`: any. */
  readonly localNames: ReadonlySet<string> | undefined;
  readonly timeouts: Timeouts;
  readonly maxUnreadBytes: number;
  /** Monotonic. */
  readonly nowMs: () => number;
  /** True from the moment that the process was asked to stop. */
  readonly draining: () => boolean;
}

/** The bare edge, without its routes: request IDs, limits, CORS, and errors in GraphQL's own shape. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { log, corsOrigins, identityHeaders, localNames, timeouts, draining } = options;
  const { maxUnreadBytes, nowMs } = options;
  const server = Fastify({
    // One line for each operation is written where the operation is known.
    logger: false,
    genReqId: requestIdOf,
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: [...options.trustedProxies],
    http: { headersTimeout: timeouts.headersMs, connectionsCheckingInterval: timeouts.checkMs },
    requestTimeout: timeouts.requestMs,
    keepAliveTimeout: timeouts.idleMs,
    forceCloseConnections: 'idle',
    // Requests on connections that are already open are answered: the listener is closed by then.
    return503OnClosing: false,
    frameworkErrors: (error, _request, reply: FastifyReply) => {
      void reply.code(400).send(toBody(400, error.message));
    },
  });
  server.addHook('onRequest', (request, reply, done) => {
    void reply.headers({
      'x-request-id': request.id,
      // Only the client's own cache may keep people's data, and only where GraphQL says so.
      'cache-control': 'no-store',
      vary: ['accept-language', ...identityHeaders].join(', '),
    });
    const { anyHost } = request.routeOptions.config;
    const fault = findHostFault(request, anyHost ? undefined : localNames);
    if (fault) void reply.code(fault.status).send(toBody(fault.status, fault.message));
    else done();
  });
  limitUnreadAnswers(server, {
    timeoutMs: timeouts.answerMs,
    maxBytes: maxUnreadBytes,
    minAgeMs: timeouts.unreadMs,
    nowMs,
  });
  // A connection that stays open after its last answer would hold the process until it times out.
  server.addHook('onSend', (_request, reply, _payload, done) => {
    if (draining()) void reply.header('connection', 'close');
    done();
  });
  answerErrors(server, log);
  if (corsOrigins.length > 0) {
    await server.register(cors, {
      origin: [...corsOrigins],
      methods: ['GET', 'POST'],
      exposedHeaders: ['x-request-id', 'www-authenticate', 'retry-after'],
    });
  }
  return server;
}

function answerErrors(server: FastifyInstance, log: Logger): void {
  server.setErrorHandler<FastifyError>((error, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) log.error({ err: error, requestId: request.id }, 'a request broke');
    return reply.code(status).send(toBody(status, error.message));
  });
  server.setNotFoundHandler((request, reply) =>
    request.url === '/graphql'
      ? reply
          .code(405)
          .header('allow', 'GET, POST')
          .send(toBody(405, explainMethod(request.method)))
      : reply.code(404).send(toBody(404, 'there is no such page: GraphQL is at /graphql')),
  );
}

function explainMethod(method: string): string {
  return method === 'OPTIONS'
    ? 'pages of other origins may not call: name their origin in CORS_ORIGINS'
    : `expected POST, or GET with a query, got ${method}`;
}

/** What went wrong before GraphQL could: unreadable JSON, too large, no such page. */
function toBody(status: number, message: string) {
  if (status >= 500) return errorBody('Internal server error', { code: 'INTERNAL_SERVER_ERROR' });
  return errorBody(message, { code: status === 403 ? 'FORBIDDEN' : 'BAD_REQUEST' });
}
