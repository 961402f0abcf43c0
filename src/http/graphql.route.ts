import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import { GraphQLError } from 'graphql';
import { UNAUTHENTICATED } from '../domain/principal';
import type { GraphQLContext } from '../graphql/context';
import type { AnswerFast, FastResponse } from '../graphql/fast-path/fast-path';
import type { Safelist } from '../graphql/limits/safelist';
import { atEndOfTurn } from '../domain/end-of-turn';
import { createAdmission, type Admission, type AdmissionOptions } from './admission';
import type { OpenCallbackStream } from './callback-streams';
import { resolveDocumentId } from './document-id';
import { errorBody } from './error-body';
import { exemptFromCsrfPrevention } from './csrf-exemption';
import type { SendPage } from './explorer/explorer.route';
import { findUrlFault } from './host';
import { isTooLong, TOO_MANY_TOKENS } from './long-operation';
import { readPlainRequest } from './plain-request';
import { addressOf } from './rate-limit';

/** The request was admitted without credentials for the landing page, but Apollo found a query in it. */
function queryWithoutCredentials(): GraphQLError {
  return new GraphQLError(
    'credentials: not read for a request that prefers text/html: accept application/json and send Authorization',
    { extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } } },
  );
}

function admissionOf({ admission }: FastifyRequest): Admission {
  if (!admission) throw new Error('a GraphQL request: expected an admission, got none');
  if (admission.principal === UNAUTHENTICATED) throw queryWithoutCredentials();
  return admission;
}

const refuseUnreadableUrl: onRequestHookHandler = (request, reply, done) => {
  const fault = findUrlFault(request);
  if (!fault) done();
  else void reply.code(fault.status).send(errorBody(fault.message, { code: 'BAD_REQUEST' }));
};

export interface GraphQLRouteOptions extends AdmissionOptions {
  /** `undefined`: Apollo responds with its own page, or with an error. */
  readonly sendPage: SendPage | undefined;
  readonly apollo: ApolloServer<GraphQLContext>;
  /** The route asks it before Apollo. */
  readonly answerFast: AnswerFast;
  readonly createContext: (admission: Admission) => GraphQLContext;
  /** `undefined`: no router may have subscriptions sent to it. */
  readonly openCallbackStream: OpenCallbackStream | undefined;
  /** The documents that clients may name by ID. */
  readonly safelist: Safelist | undefined;
  /** Pages of these origins may send requests, including GET. */
  readonly corsOrigins: readonly string[];
}

export function registerGraphQL(server: FastifyInstance, options: GraphQLRouteOptions): void {
  const { apollo, answerFast, createContext, corsOrigins, safelist, sendPage } = options;
  const handle = fastifyApolloHandler(apollo, {
    context: (request) => Promise.resolve(createApolloContext(request)),
  });
  const { openCallbackStream } = options;
  const createApolloContext = (request: FastifyRequest): GraphQLContext => {
    const admission = admissionOf(request);
    const context = createContext(admission);
    if (!openCallbackStream) return context;
    const address = addressOf(request);
    return {
      ...context,
      openCallbackStream: (onEnd) => openCallbackStream(admission, address, context, onEnd),
    };
  };
  server.decorateRequest('admission', null);
  server.route({
    url: '/graphql',
    method: ['GET', 'POST'],
    onRequest: [refuseUnreadableUrl, createAdmission(options)],
    handler(request, reply) {
      const isPage = request.admission?.principal === UNAUTHENTICATED;
      if (sendPage && isPage) return sendPage(reply);
      const fault = isPage ? undefined : resolveDocumentId(request, safelist);
      if (fault) return reply.code(400).send(errorBody(fault.message, { code: fault.code }));
      const plain = readPlainRequest(request);
      const answer = plain && answerFast(plain, () => createContext(admissionOf(request)));
      if (!answer) return handleByApollo(request, reply);
      if (!(answer instanceof Promise)) {
        atEndOfTurn(() => {
          sendOrFail(reply, answer);
        });
        return undefined;
      }
      return whileRetained(request, answer).then((settled) => send(reply, settled));
    },
  });

  function handleByApollo(request: FastifyRequest, reply: FastifyReply) {
    exemptFromCsrfPrevention(request, corsOrigins);
    if (isTooLong(request.body)) return reply.code(400).send(TOO_MANY_TOKENS);
    return whileRetained(request, handle.call(server, request, reply) as Promise<unknown>);
  }
}

/** The work may continue for a moment after the client disconnects, so it retains the slot too. */
function whileRetained<T>({ admission }: FastifyRequest, work: Promise<T>): Promise<T> {
  const release = admission?.slot.retain();
  return work.finally(release);
}

function send(reply: FastifyReply, { status, headers, body }: FastResponse): FastifyReply {
  for (const [name, value] of headers) void reply.header(name, value);
  return reply.code(status).send(body);
}

/** What Fastify does with an error of a handler. */
function sendOrFail(reply: FastifyReply, response: FastResponse): void {
  try {
    void send(reply, response);
  } catch (error) {
    void reply.send(error);
  }
}
