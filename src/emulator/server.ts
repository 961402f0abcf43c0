import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { deliver } from './delivery';
import type { EmulatorState, Endpoint } from './endpoint';
import { paramInvalid, Refusal, refusalAnswer } from './envelope';
import { ErrorCode } from './error-codes';
import { exchange } from './exchange';
import { assignLogId, logIdOf } from './log-id';
import { findByPage } from './routes/find-by-page.route';
import { findByUserList } from './routes/find-by-user-list.route';
import { oauthToken } from './routes/oauth-token.route';
import { semesters } from './routes/semesters.route';
import { appToken, resendTicket, storeTenantToken } from './routes/store-app.route';
import { tenantToken } from './routes/tenant-token.route';
import { userInfo } from './routes/user-info.route';

const ENDPOINTS: readonly Endpoint[] = [
  findByUserList,
  findByPage,
  semesters,
  userInfo,
  tenantToken,
  oauthToken,
  resendTicket,
  appToken,
  storeTenantToken,
];

/** Creates the HTTP server without listening. All answers, also errors of Fastify, have Feishu's envelope. */
export function createServer(state: EmulatorState): FastifyInstance {
  const server = fastify({ forceCloseConnections: true });
  server.addHook('onRequest', (_request, reply, done) => {
    assignLogId(reply, state.settings.now());
    done();
  });
  acceptText(server);
  useEnvelopesForErrors(server);
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
 * Reads bodies as text. They are parsed later, after the checks of token and rate limit. A body with another
 * content type counts as missing, because Feishu's documentation requires JSON.
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

function useEnvelopesForErrors(server: FastifyInstance): void {
  server.setNotFoundHandler((_request, reply) => {
    refuse(reply, new Refusal(404, ErrorCode.routeUnknown));
  });
  server.setErrorHandler((error: { statusCode?: number }, _request, reply) => {
    const isClientError = error.statusCode !== undefined && error.statusCode < 500;
    refuse(reply, isClientError ? bodyInvalid() : new Refusal(500, ErrorCode.internalError));
  });
}

function refuse(reply: FastifyReply, refusal: Refusal): void {
  deliver(reply, refusalAnswer(refusal, logIdOf(reply)));
}

function bodyInvalid(): Refusal {
  return paramInvalid('body', 'a readable JSON object', undefined);
}
