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
import { createRenderSchema, JSON_TEXT } from './render/render-schema';
import type { TextCache } from './render/text-cache';
import { LocalizedTextResolver } from './resolvers/localized-text.resolver';
import { SemesterResolver } from './resolvers/semester.resolver';
import { UpstreamQuotaResolver } from './resolvers/upstream-quota.resolver';
import { UserResolver } from './resolvers/user.resolver';
import { DateTimeScalar } from './types/date-time.scalar';
import './types/enums.type';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])';

/** How each entity is found again from what a router sends of it. */
const REFERENCES = {
  Semester: { __resolveReference: resolveSemesterReference },
  User: { __resolveReference: resolveUserReference },
  UserStageTasks: { __resolveReference: resolveUserStageTasksReference },
};
const NO_TYPES: DocumentNode = { kind: Kind.DOCUMENT, definitions: [] };

/** What an operator changes so that the subgraph fits a company's supergraph. */
export interface SubgraphOptions {
  readonly userKey?: FederationUserKey;
  /** Whether `user`, `users` and `viewer` are served. */
  readonly userRootFields?: boolean;
}

/** The schema as text: the public contract, and what a router composes into its supergraph. */
export function printGatewaySchema(): string {
  return toSdl(buildTypeGraphQLSchema());
}

/** The schema that is served: the same by default, with the entry points of a federated subgraph. */
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
  completeInTurns(rendered, JSON_TEXT.name);
  return { served, rendered };
}

function buildSubgraph({ userKey = 'id', userRootFields = true }: SubgraphOptions): GraphQLSchema {
  const schema = buildTypeGraphQLSchema();
  const keyed = keyUserBy(toSdl(schema), userKey);
  const sdl = userRootFields ? keyed : leaveOutUserRootFields(keyed);
  const modules = [
    { typeDefs: parse(sdl), resolvers: createResolversMap(schema) },
    { typeDefs: NO_TYPES, resolvers: REFERENCES },
    { typeDefs: NO_TYPES, resolvers: { User: resolveUserKey(userKey) } },
    // The library would print it anew, in another order.
    { typeDefs: NO_TYPES, resolvers: { Query: { _service: () => ({ sdl }) } } },
  ];
  // The two libraries type the same map of resolvers differently.
  const served = buildSubgraphSchema(modules as Parameters<typeof buildSubgraphSchema>[0]);
  guardEntities(served, Object.keys(REFERENCES));
  return served;
}

function buildTypeGraphQLSchema(): GraphQLSchema {
  return buildSchemaSync({
    resolvers: [SemesterResolver, UserResolver, LocalizedTextResolver, UpstreamQuotaResolver],
    scalarsMap: [{ type: Date, scalar: DateTimeScalar }],
    // Arguments are checked by the domain's own rules, which say what was expected and what came.
    validate: false,
    // graphql-js does not know federation's directives; building the subgraph checks them.
    skipCheck: true,
  });
}

function toSdl(schema: GraphQLSchema): string {
  const query = schema.getQueryType();
  // type-graphql has no place to say this.
  if (query) query.description = 'Where every question starts. Nothing here changes anything.';
  const types = printSchemaWithDirectives(schema).replace(/^schema \{[^}]*\}\s*/, '');
  return `${LINK}\n\n${types}\n`;
}
