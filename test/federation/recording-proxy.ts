import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

/** Stands between a router and a subgraph, and writes down what the router sends. */
export interface RecordingProxy {
  readonly url: string;
  readonly requests: readonly IncomingHttpHeaders[];
  close(): void;
}

const OF_THE_CONNECTION = ['host', 'connection', 'content-length', 'transfer-encoding'];

export async function startRecordingProxy(target: string): Promise<RecordingProxy> {
  const requests: IncomingHttpHeaders[] = [];
  const server = createServer((request, reply) => {
    requests.push(request.headers);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      void fetch(target, {
        method: request.method ?? 'GET',
        headers: handOn(request.headers),
        body: Buffer.concat(chunks),
      }).then(async (answer) => {
        reply.writeHead(answer.status, { 'content-type': 'application/json' });
        reply.end(await answer.text());
      });
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    requests,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function handOn(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !OF_THE_CONNECTION.includes(name))
      .map(([name, value]) => [name, String(value)]),
  );
}
