import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { forwardedHeaders, NO_IDENTITY } from './forwarded-headers';
import type { RunningServer } from './running-server';

/** Starts Hive Gateway for the supergraph. It has its own query planner. */
export async function startHiveRouter(
  supergraphSdl: string,
  identify = NO_IDENTITY,
): Promise<RunningServer> {
  const runtime = createGatewayRuntime({
    supergraph: supergraphSdl,
    logging: 'error',
    propagateHeaders: {
      fromClientToSubgraphs: ({ request }) =>
        forwardedHeaders((name) => request.headers.get(name), identify),
    },
  });
  // eslint-disable-next-line @typescript-eslint/no-misused-promises -- the runtime sends the response itself
  const server = createServer(runtime).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    async close() {
      server.close();
      server.closeAllConnections();
      await runtime[Symbol.asyncDispose]();
    },
  };
}
