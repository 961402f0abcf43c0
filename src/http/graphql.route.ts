import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance } from 'fastify';
import type { GraphQLContext } from '../graphql/context';
import { readOperationId } from './operation-id';
import { openRequestScope, type RequestScope } from './request-scope';

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
    preHandler: (request, _reply, done) => {
      readOperationId(request);
      done();
    },
    handler: fastifyApolloHandler(apollo, {
      context: (request, reply) =>
        Promise.resolve(createContext(openRequestScope(request, reply, deadlineMs, nowMs()))),
    }),
  });
}
