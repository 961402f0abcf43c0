import 'reflect-metadata';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { Kind, parse, type DocumentNode, type GraphQLSchema } from 'graphql';
import { buildSchemaSync, createResolversMap } from 'type-graphql';
import type { FederationUserKey } from '../domain/user';
import { completeInTurns } from './complete-in-turns';
import { callResolversDirectly } from './direct-resolvers';
import { setEntitiesResolver } from './entities/entities.resolver';
import { keyUserBy, resolveUserKey } from './entities/user-key';
import { leaveOutUserRootFields } from './entities/user-root-fields';
import { createRenderSchema, JSON_TEXT, LIGHT_WEIGHT } from './render/render-schema';
import type { TextCache } from './render/text-cache';
import { LocalizedTextResolver } from './resolvers/localized-text.resolver';
import { SemesterListResolver } from './resolvers/semester-list.resolver';
import { SemesterResolver } from './resolvers/semester.resolver';
import {
  EveryoneResolver,
  UserStageTasksConnectionResolver,
  UserStageTasksEdgeResolver,
} from './resolvers/everyone.resolver';
import { ChangesResolver } from './resolvers/changes.resolver';
import { UpstreamQuotaResolver } from './resolvers/upstream-quota.resolver';
import { UserStageTasksResolver } from './resolvers/user-stage-tasks.resolver';
import { UserResolver } from './resolvers/user.resolver';
import { DateTimeScalar } from './types/date-time.scalar';
import './types/enums.type';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])';

const NO_TYPES: DocumentNode = { kind: Kind.DOCUMENT, definitions: [] };

/** Options that fit the subgraph to a company's supergraph. */
export interface SubgraphOptions {
  readonly userKey?: FederationUserKey;
  /** Whether `user`, `users` and `viewer` are served. */
  readonly userRootFields?: boolean;
}

/** Prints the schema: the public contract, which a router composes into its supergraph. */
export function printGatewaySchema(): string {
  return toSdl(buildTypeGraphQLSchema());
}

/** Builds the executable schema: by default the printed one, plus the fields of a federated subgraph. */
export function buildGatewaySchema(options: SubgraphOptions = {}): GraphQLSchema {
  const schema = buildSubgraph(options);
  completeInTurns(schema);
  return schema;
}

/** The served schema, and the one on which operations are executed whose tasks are answered as text. */
export interface ExecutionSchemas {
  readonly served: GraphQLSchema;
  readonly rendered: GraphQLSchema;
}

export function buildExecutionSchemas(
  options: SubgraphOptions,
  texts: TextCache,
): ExecutionSchemas {
  const served = buildSubgraph(options);
  const rendered = createRenderSchema(served, texts);
  completeInTurns(served);
  completeInTurns(rendered, { exceptType: JSON_TEXT.name, weight: LIGHT_WEIGHT });
  return { served, rendered };
}

function buildSubgraph({ userKey = 'id', userRootFields = true }: SubgraphOptions): GraphQLSchema {
  const schema = buildTypeGraphQLSchema();
  const keyed = keyUserBy(toSdl(schema), userKey);
  const sdl = userRootFields ? keyed : leaveOutUserRootFields(keyed);
  const modules = [
    { typeDefs: parse(sdl), resolvers: createResolversMap(schema) },
    { typeDefs: NO_TYPES, resolvers: { User: resolveUserKey(userKey) } },
    // The library's own `_service` prints the schema again, in another order.
    { typeDefs: NO_TYPES, resolvers: { Query: { _service: () => ({ sdl }) } } },
  ];
  // The two libraries have different types for the same resolver map.
  const served = buildSubgraphSchema(modules as Parameters<typeof buildSubgraphSchema>[0]);
  setEntitiesResolver(served);
  return served;
}

function buildTypeGraphQLSchema(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [
      SemesterResolver,
      SemesterListResolver,
      EveryoneResolver,
      UserStageTasksConnectionResolver,
      UserStageTasksEdgeResolver,
      UserResolver,
      UserStageTasksResolver,
      LocalizedTextResolver,
      UpstreamQuotaResolver,
      ChangesResolver,
    ],
    pubSub: NO_PUB_SUB,
    scalarsMap: [{ type: Date, scalar: DateTimeScalar }],
    // The domain's own rules check arguments, with better messages.
    validate: false,
    // graphql-js does not know federation's directives; building the subgraph checks them.
    skipCheck: true,
  });
  callResolversDirectly(schema);
  return schema;
}

/** type-graphql asks for one even if each subscription has a source of its own. */
const NO_PUB_SUB = {
  publish: () => undefined,
  subscribe(): never {
    throw new Error('subscription: expected a source of its own, got none');
  },
};

function toSdl(schema: GraphQLSchema): string {
  const query = schema.getQueryType();
  // type-graphql has no option for the description of these types.
  if (query) query.description = 'The entry points. All of them only read data.';
  const subscription = schema.getSubscriptionType();
  if (subscription) subscription.description = 'Streams of changes, at `/graphql/stream`.';
  const types = printSchemaWithDirectives(schema).replace(/^schema \{[^}]*\}\s*/, '');
  return `${LINK}\n\n${types}\n`;
}
