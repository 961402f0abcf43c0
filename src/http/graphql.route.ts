import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance } from 'fastify';
import type { GraphQLContext } from '../graphql/context';
import { createAdmission, type Admission, type AdmissionOptions } from './admission';

export interface GraphQLRouteOptions extends AdmissionOptions {
  readonly apollo: ApolloServer<GraphQLContext>;
  readonly createContext: (admission: Admission) => GraphQLContext;
}

export function registerGraphQL(server: FastifyInstance, options: GraphQLRouteOptions): void {
  const { apollo, createContext } = options;
  server.decorateRequest('admission', null);
  server.route({
    url: '/graphql',
    method: ['GET', 'POST'],
    onRequest: createAdmission(options),
    handler: fastifyApolloHandler(apollo, {
      context: ({ admission }) => {
        if (!admission) throw new Error('a GraphQL request: expected an admission, got none');
        return Promise.resolve(createContext(admission));
      },
    }),
  });
}
