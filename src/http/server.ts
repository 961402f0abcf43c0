import cors from '@fastify/cors';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import type { Logger } from '../observability/logger';
import { errorBody } from './error-body';
import { requestIdOf } from './request-id';

/** 1,000 IDs of 64 characters fit twice. */
const BODY_LIMIT_BYTES = 256 * 1024;
/** For a client to send its whole request; the answer has the request's own deadline. */
const RECEIVE_TIMEOUT_MS = 10_000;
/** Longer than the idle time of the usual load balancers, so that they are the ones to hang up. */
const KEEP_ALIVE_MS = 75_000;

export interface ServerOptions {
  readonly log: Logger;
  /** Browsers on these origins may call; none by default. */
  readonly corsOrigins: readonly string[];
  /** By which a trusted router says for whom it asks, so that answers differ by them. */
  readonly identityHeaders: readonly string[];
  /** True from the moment that the process was asked to stop. */
  readonly draining: () => boolean;
}

/** The bare edge, without its routes: request IDs, limits, CORS, and errors in GraphQL's own shape. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { log, corsOrigins, identityHeaders, draining } = options;
  const server = Fastify({
    // One line for each operation is written where the operation is known.
    logger: false,
    genReqId: requestIdOf,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: RECEIVE_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    // Whoever still gets through is answered; the listener is closed already.
    return503OnClosing: false,
    frameworkErrors: (error, _request, reply: FastifyReply) => {
      void reply.code(400).send(toBody(400, error.message));
    },
  });
  server.addHook('onRequest', (request, reply, done) => {
    void reply.headers({
      'x-request-id': request.id,
      // People's data is for nobody's cache but the client's own, and only where GraphQL says so.
      'cache-control': 'no-store',
      vary: ['authorization', 'accept-language', ...identityHeaders].join(', '),
    });
    done();
  });
  // A connection that stays open after its last answer would hold the process until it times out.
  server.addHook('onSend', (_request, reply, _payload, done) => {
    if (draining()) void reply.header('connection', 'close');
    done();
  });
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
  if (corsOrigins.length > 0) {
    await server.register(cors, {
      origin: [...corsOrigins],
      methods: ['GET', 'POST'],
      exposedHeaders: ['x-request-id', 'www-authenticate', 'retry-after'],
    });
  }
  return server;
}

function explainMethod(method: string): string {
  return method === 'OPTIONS'
    ? 'pages of other origins may not call: name their origin in CORS_ORIGINS'
    : `expected POST, or GET with a query, got ${method}`;
}

/** What went wrong before GraphQL could: unreadable JSON, too large, no such page. */
function toBody(status: number, message: string) {
  return status >= 500
    ? errorBody('Internal server error', { code: 'INTERNAL_SERVER_ERROR' })
    : errorBody(message, { code: 'BAD_REQUEST' });
}
