import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { deliver } from './delivery';
import type { EmulatorState, Endpoint } from './endpoint';
import { paramInvalid, Refusal, refusalAnswer } from './envelope';
import { ErrorCode } from './error-codes';
import { exchange } from './exchange';
import { assignLogId, logIdOf } from './log-id';
import { findByPage } from './routes/find-by-page.route';
import { findByUserList } from './routes/find-by-user-list.route';
import { semesters } from './routes/semesters.route';
import { tenantToken } from './routes/tenant-token.route';
import { userInfo } from './routes/user-info.route';

const ENDPOINTS: readonly Endpoint[] = [
  findByUserList,
  findByPage,
  semesters,
  userInfo,
  tenantToken,
];

/** The HTTP server, not yet listening. Every answer has Feishu's envelope, never Fastify's own shape. */
export function createServer(state: EmulatorState): FastifyInstance {
  const server = fastify({ forceCloseConnections: true });
  server.addHook('onRequest', (_request, reply, done) => {
    assignLogId(reply, state.settings.now());
    done();
  });
  acceptText(server);
  refuseInEnvelopes(server);
  for (const endpoint of ENDPOINTS) addEndpoint(server, state, endpoint);
  return server;
}

function addEndpoint(server: FastifyInstance, state: EmulatorState, endpoint: Endpoint): void {
  server.route<{ Querystring: Record<string, unknown> }>({
    method: endpoint.method,
    url: endpoint.path,
    handler: async (request, reply) => {
      await exchange(state, endpoint, request, reply);
      return reply;
    },
  });
}

/**
 * Bodies arrive as text and are parsed later, because token and rate limit are checked before them.
 * Text of another type than JSON counts as no body at all: the page fixes the content type.
 */
function acceptText(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    done(null, text);
  });
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, _text, done) => {
    done(null, undefined);
  });
}

function refuseInEnvelopes(server: FastifyInstance): void {
  server.setNotFoundHandler((_request, reply) => {
    refuse(reply, new Refusal(404, ErrorCode.routeUnknown));
  });
  server.setErrorHandler((error: { statusCode?: number }, _request, reply) => {
    const isClients = error.statusCode !== undefined && error.statusCode < 500;
    refuse(reply, isClients ? bodyInvalid() : new Refusal(500, ErrorCode.internalError));
  });
}

function refuse(reply: FastifyReply, refusal: Refusal): void {
  deliver(reply, refusalAnswer(refusal, logIdOf(reply)));
}

function bodyInvalid(): Refusal {
  return paramInvalid('body', 'a readable JSON object', undefined);
}
