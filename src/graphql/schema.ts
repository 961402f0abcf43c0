import 'reflect-metadata';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { Kind, parse, type DocumentNode, type GraphQLSchema } from 'graphql';
import { buildSchemaSync, createResolversMap } from 'type-graphql';
import type { FederationUserKey } from '../domain/user';
import { completeInTurns } from './complete-in-turns';
import { guardEntities } from './entities/guard-entities';
import { resolveSemesterReference } from './entities/semester.reference';
import { keyUserBy, resolveUserKey } from './entities/user-key';
import { leaveOutUserRootFields } from './entities/user-root-fields';
import { resolveUserStageTasksReference } from './entities/user-stage-tasks.reference';
import { resolveUserReference } from './entities/user.reference';
import { LocalizedTextResolver } from './resolvers/localized-text.resolver';
import { SemesterResolver } from './resolvers/semester.resolver';
import { UpstreamQuotaResolver } from './resolvers/upstream-quota.resolver';
import { UserResolver } from './resolvers/user.resolver';
import { DateTimeScalar } from './types/date-time.scalar';
import './types/enums.type';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])';

/** Resolves each entity from the representation that a router sends. */
const REFERENCES = {
  Semester: { __resolveReference: resolveSemesterReference },
  User: { __resolveReference: resolveUserReference },
  UserStageTasks: { __resolveReference: resolveUserStageTasksReference },
};
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
  const { userKey = 'id', userRootFields = true } = options;
  const schema = buildTypeGraphQLSchema();
  const keyed = keyUserBy(toSdl(schema), userKey);
  const sdl = userRootFields ? keyed : leaveOutUserRootFields(keyed);
  const modules = [
    { typeDefs: parse(sdl), resolvers: createResolversMap(schema) },
    { typeDefs: NO_TYPES, resolvers: REFERENCES },
    { typeDefs: NO_TYPES, resolvers: { User: resolveUserKey(userKey) } },
    // The library's own `_service` prints the schema again, in another order.
    { typeDefs: NO_TYPES, resolvers: { Query: { _service: () => ({ sdl }) } } },
  ];
  // The two libraries have different types for the same resolver map.
  const served = buildSubgraphSchema(modules as Parameters<typeof buildSubgraphSchema>[0]);
  guardEntities(served, Object.keys(REFERENCES));
  completeInTurns(served);
  return served;
}

function buildTypeGraphQLSchema(): GraphQLSchema {
  return buildSchemaSync({
    resolvers: [SemesterResolver, UserResolver, LocalizedTextResolver, UpstreamQuotaResolver],
    scalarsMap: [{ type: Date, scalar: DateTimeScalar }],
    // The domain's own rules check arguments, with better messages.
    validate: false,
    // graphql-js does not know federation's directives; building the subgraph checks them.
    skipCheck: true,
  });
}

function toSdl(schema: GraphQLSchema): string {
  const query = schema.getQueryType();
  // type-graphql has no option for the description of the query type.
  if (query) query.description = 'The entry points. All of them only read data.';
  const types = printSchemaWithDirectives(schema).replace(/^schema \{[^}]*\}\s*/, '');
  return `${LINK}\n\n${types}\n`;
}
