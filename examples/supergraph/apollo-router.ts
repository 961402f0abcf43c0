import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { forwardedHeaders, NO_IDENTITY } from './forwarded-headers';
import type { RunningServer } from './running-server';

interface RouterContext {
  readonly forwarded: Record<string, string>;
}

/** Starts Apollo's gateway for the supergraph. */
export async function startApolloRouter(
  supergraphSdl: string,
  identify = NO_IDENTITY,
): Promise<RunningServer> {
  const gateway = new ApolloGateway({ supergraphSdl, buildService: toDataSource });
  const server = new ApolloServer<RouterContext>({ gateway, stopOnTerminationSignals: false });
  const { url } = await startStandaloneServer(server, {
    listen: { port: 0, host: '127.0.0.1' },
    context: ({ req }) =>
      Promise.resolve({
        forwarded: forwardedHeaders((name) => req.headers[name]?.toString(), identify),
      }),
  });
  return { url, close: () => server.stop() };
}

function toDataSource({ url = '' }: { url?: string }) {
  return new RemoteGraphQLDataSource({
    url,
    willSendRequest({ request, context }) {
      // The context is empty for requests that the gateway makes on its own.
      const { forwarded = {} } = context as Partial<RouterContext>;
      for (const [name, value] of Object.entries(forwarded)) {
        request.http?.headers.set(name, value);
      }
    },
  });
}
