import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, onRequestHookHandler } from 'fastify';
import { GraphQLError } from 'graphql';
import { UNAUTHENTICATED } from '../domain/principal';
import type { GraphQLContext } from '../graphql/context';
import { hasTooManyTokens, MAX_TOKENS } from '../graphql/limits/tokens';
import { createAdmission, type Admission, type AdmissionOptions } from './admission';
import { errorBody } from './error-body';
import { findUrlFault } from './host';
import { vouchForKnownPage } from './known-page';
import { readOperationId } from './operation-id';

/** A browser was let in to see the page, and Apollo has found a query in what it sent. */
function notForQueries(): GraphQLError {
  return new GraphQLError('no credentials: the page needs none, queries do', {
    extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } },
  });
}

const TOO_LONG = {
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
  /** Browsers on these origins may call, by GET as well. */
  readonly corsOrigins: readonly string[];
}

export function registerGraphQL(server: FastifyInstance, options: GraphQLRouteOptions): void {
  const { apollo, createContext, corsOrigins } = options;
  const handle = fastifyApolloHandler(apollo, {
    context: ({ admission }) => {
      if (!admission) throw new Error('a GraphQL request: expected an admission, got none');
      if (admission.principal === UNAUTHENTICATED) throw notForQueries();
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
      vouchForKnownPage(request, corsOrigins);
      if (isTooLong(request.body)) void reply.code(400).send(TOO_LONG);
      else done();
    },
    // A client that has hung up does not end the work for it at once.
    async handler(request, reply) {
      const leave = request.admission?.place.keep();
      try {
        return await handle.call(this, request, reply);
      } finally {
        leave?.();
      }
    },
  });
}
