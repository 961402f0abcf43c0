import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { GraphQLContext } from '../graphql/context';
import type { RunOperation } from '../graphql/run-operation';
import type { AnswerMcp } from '../mcp/mcp-endpoint';
import { createAdmission, type Admission, type AdmissionOptions } from './admission';
import { errorBody } from './error-body';

export interface McpRouteOptions extends Omit<AdmissionOptions, 'servesLandingPage'> {
  readonly answerMcp: AnswerMcp;
  /** How the operations of one request run. */
  readonly runFor: (createContext: () => GraphQLContext) => RunOperation;
  readonly createContext: (admission: Admission) => GraphQLContext;
  /** Pages of these origins may send requests. */
  readonly corsOrigins: readonly string[];
}

/** The path of the endpoint for assistants. */
const PATH = '/mcp';
const NOT_ALLOWED = errorBody('method: expected POST, got another: this server keeps no sessions', {
  code: 'BAD_REQUEST',
});
/** A batch could run many operations that the limits count as one request. MCP has no batches since 2025-06-18. */
const NO_BATCH = {
  jsonrpc: '2.0',
  error: { code: -32_600, message: 'body: expected one JSON-RPC message, got a batch' },
  id: null,
};

/** Registered after `/graphql`, which declares `request.admission`. */
export function registerMcp(server: FastifyInstance, options: McpRouteOptions): void {
  const { answerMcp, createContext, runFor, corsOrigins } = options;
  server.route({
    url: PATH,
    method: 'POST',
    onRequest: [
      createOriginCheck(corsOrigins),
      createAdmission({ ...options, servesLandingPage: false }),
    ],
    async handler(request, reply) {
      const { admission, body, id: requestId } = request;
      if (!admission) throw new Error('an MCP request: expected an admission, got none');
      if (Array.isArray(body)) return reply.code(400).send(NO_BATCH);
      const run = runFor(() => createContext(admission));
      // The work may continue for a moment after the client disconnects.
      const release = admission.slot.retain();
      try {
        const answer = await answerMcp({ request: toWebRequest(request), body, requestId, run });
        return await send(reply, answer);
      } finally {
        release();
      }
    },
  });
  server.route({
    url: PATH,
    method: ['GET', 'PUT', 'PATCH', 'DELETE'],
    handler: (_request, reply) => reply.code(405).header('allow', 'POST').send(NOT_ALLOWED),
  });
}

/**
 * Refuses pages of other sites, as MCP requires: a site can point its own name to this machine (DNS rebinding).
 * Clients other than browsers send no origin.
 */
function createOriginCheck(origins: readonly string[]): onRequestHookHandler {
  const refusal = errorBody('Origin: expected none or one of CORS_ORIGINS, got another', {
    code: 'FORBIDDEN',
  });
  return ({ headers }, reply, done) => {
    if (headers.origin === undefined || origins.includes(headers.origin)) done();
    else void reply.code(403).send(refusal);
  };
}

/** The request without its credentials, which the SDK does not need. */
function toWebRequest({ headers }: FastifyRequest): Request {
  const kept = Object.entries(headers).filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === 'string' && /^(accept|content-type|mcp-.*)$/.test(entry[0]),
  );
  return new Request(`http://localhost${PATH}`, { method: 'POST', headers: kept });
}

/** The SDK writes each answer as a whole, so that the stream of an older protocol version is a text too. */
async function send(reply: FastifyReply, response: Response): Promise<FastifyReply> {
  const type = response.headers.get('content-type');
  const text = await response.text();
  void reply.code(response.status);
  return type === null ? reply.send() : reply.type(type).send(text);
}
