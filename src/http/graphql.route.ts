import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance } from 'fastify';
import type { GraphQLContext } from '../graphql/context';
import { hasTooManyTokens, MAX_TOKENS } from '../graphql/limits/tokens';
import { readOperationId } from './operation-id';
import { openRequestScope, type RequestScope } from './request-scope';

const TOO_LONG = {
  errors: [
    {
      message: `operation: expected at most ${MAX_TOKENS} tokens, got more`,
      extensions: { code: 'OPERATION_TOO_EXPENSIVE' },
    },
  ],
};

function isTooLong(body: unknown): boolean {
  const { query } = (body ?? {}) as { query?: unknown };
  return typeof query === 'string' && hasTooManyTokens(query);
}

export interface GraphQLRouteOptions {
  readonly apollo: ApolloServer<GraphQLContext>;
  readonly createContext: (scope: RequestScope) => GraphQLContext;
  /** The total time of one GraphQL request. */
  readonly deadlineMs: number;
  readonly nowMs: () => number;
}

export function registerGraphQL(server: FastifyInstance, options: GraphQLRouteOptions): void {
  const { apollo, createContext, deadlineMs, nowMs } = options;
  server.route({
    url: '/graphql',
    method: ['GET', 'POST'],
    preHandler: (request, reply, done) => {
      readOperationId(request);
      if (isTooLong(request.body)) void reply.code(400).send(TOO_LONG);
      else done();
    },
    handler: fastifyApolloHandler(apollo, {
      context: (request, reply) =>
        Promise.resolve(createContext(openRequestScope(request, reply, deadlineMs, nowMs()))),
    }),
  });
}
