import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, onRequestHookHandler } from 'fastify';
import { GraphQLError } from 'graphql';
import { UNAUTHENTICATED } from '../domain/principal';
import type { GraphQLContext } from '../graphql/context';
import { hasTooManyTokens, MAX_TOKENS } from '../graphql/limits/tokens';
import { createAdmission, type Admission, type AdmissionOptions } from './admission';
import { errorBody } from './error-body';
import { exemptFromCsrfPrevention } from './csrf-exemption';
import { findUrlFault } from './host';
import { readOperationId } from './operation-id';

/** The request was admitted without credentials for the landing page, but Apollo found a query in it. */
function queryWithoutCredentials(): GraphQLError {
  return new GraphQLError(
    'credentials: not read for a request that prefers text/html: accept application/json and send Authorization',
    { extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } } },
  );
}

const TOO_MANY_TOKENS = {
  errors: [
    {
      message: `operation: expected at most ${MAX_TOKENS} tokens, got more`,
      extensions: { code: 'OPERATION_TOO_EXPENSIVE' },
    },
  ],
};

const refuseUnreadableUrl: onRequestHookHandler = (request, reply, done) => {
  const fault = findUrlFault(request);
  if (!fault) done();
  else void reply.code(fault.status).send(errorBody(fault.message, { code: 'BAD_REQUEST' }));
};

function isTooLong(body: unknown): boolean {
  const { query } = (body ?? {}) as { query?: unknown };
  return typeof query === 'string' && hasTooManyTokens(query);
}

export interface GraphQLRouteOptions extends AdmissionOptions {
  readonly apollo: ApolloServer<GraphQLContext>;
  readonly createContext: (admission: Admission) => GraphQLContext;
  /** Pages of these origins may send requests, including GET. */
  readonly corsOrigins: readonly string[];
}

export function registerGraphQL(server: FastifyInstance, options: GraphQLRouteOptions): void {
  const { apollo, createContext, corsOrigins } = options;
  const handle = fastifyApolloHandler(apollo, {
    context: ({ admission }) => {
      if (!admission) throw new Error('a GraphQL request: expected an admission, got none');
      if (admission.principal === UNAUTHENTICATED) throw queryWithoutCredentials();
      return Promise.resolve(createContext(admission));
    },
  });
  server.decorateRequest('admission', null);
  server.route({
    url: '/graphql',
    method: ['GET', 'POST'],
    onRequest: [refuseUnreadableUrl, createAdmission(options)],
    preHandler: (request, reply, done) => {
      readOperationId(request);
      exemptFromCsrfPrevention(request, corsOrigins);
      if (isTooLong(request.body)) void reply.code(400).send(TOO_MANY_TOKENS);
      else done();
    },
    // The work may continue for a moment after the client disconnects, so it retains the slot too.
    async handler(request, reply) {
      const release = request.admission?.slot.retain();
      try {
        return await handle.call(this, request, reply);
      } finally {
        release?.();
      }
    },
  });
}
