import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { UserTasksDocument } from '../generated/operations';
import { startGateway, type TestGateway } from '../support/gateway';

/** A proxy in front of the emulator that compresses whatever RFC 9110 allows. */
let proxy: Server;
let gateway: TestGateway;
let upstreamUrl = '';
const encodings: unknown[] = [];

beforeEach(async () => {
  proxy = createServer((request, response) => void relay(request, response));
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const { port } = proxy.address() as AddressInfo;
  gateway = await startGateway({ env: { FEISHU_BASE_URL: `http://127.0.0.1:${port}` } });
  upstreamUrl = gateway.emulator.url;
});
afterEach(async () => {
  await gateway.close();
  proxy.close();
});

async function relay(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { authorization = '', 'accept-encoding': accepted } = request.headers;
  const { method = 'GET', url = '' } = request;
  encodings.push(accepted);
  const answer = await fetch(`${upstreamUrl}${url}`, {
    method,
    headers: { 'content-type': 'application/json', authorization },
    ...(method === 'POST' && { body: Buffer.concat(chunks) }),
  });
  const body = Buffer.from(await answer.arrayBuffer());
  // Without the header any encoding is acceptable. (RFC 9110, 12.5.3)
  const mayCompress = accepted === undefined || /gzip|\*/.test(accepted);
  response.writeHead(answer.status, {
    'content-type': 'application/json',
    ...(mayCompress && { 'content-encoding': 'gzip' }),
  });
  response.end(mayCompress ? gzipSync(body) : body);
}

test('The gateway asks upstream for answers without compression', async () => {
  const { semesterId, emulator } = gateway;
  const id = emulator.people[0]?.openId ?? '';
  const { data, errors } = await gateway.query(UserTasksDocument, { semesterId, id });

  expect(errors).toEqual([]);
  expect(data?.user.id).toBe(id);
  // The token and the tasks.
  expect(encodings).toEqual(['identity', 'identity']);
});
