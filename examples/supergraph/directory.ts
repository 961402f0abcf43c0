import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import type { RunningServer } from './running-server';

/** A person in the company's directory. The gateway uses the same ID. */
export interface DirectoryPerson {
  readonly id: string;
  readonly name: string;
}

const TYPES = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])

  type Query {
    "The gateway has this field, too, unless FEDERATION_USER_ROOT_FIELDS is off."
    user(id: ID!): User
    team: Team!
  }

  type Team {
    name: String!
    members(first: Int! = 200): [User!]!
  }

  type User @key(fields: "id") {
    id: ID!
    name: String!
  }
`);

/** Starts a subgraph as a company may already have it: people by team, without review data. */
export async function startDirectory(people: readonly DirectoryPerson[]): Promise<RunningServer> {
  const find = ({ id }: { id: string }) => people.find((one) => one.id === id);
  const resolvers = {
    Query: {
      user: (_: unknown, args: { id: string }) => find(args),
      team: () => ({ name: 'Product', members: membersOf(people) }),
    },
    User: { __resolveReference: find },
  };
  const schema = buildSubgraphSchema({ typeDefs: TYPES, resolvers });
  const server = new ApolloServer({
    schema,
    stopOnTerminationSignals: false,
    plugins: [ApolloServerPluginInlineTraceDisabled()],
  });
  const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
  return { url, close: () => server.stop() };
}

function membersOf(people: readonly DirectoryPerson[]) {
  return ({ first }: { first: number }) => people.slice(0, first);
}
