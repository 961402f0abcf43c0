import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHANGES, openEventStream, shownBy } from '../support/event-stream';
import { startGateway } from '../support/gateway';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

test('With a list of operations, a stream takes the listed ones only, also by ID', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'safelist-')), 'manifest.json');
  const operations = [
    { id: sha256(CHANGES), name: 'Changes', type: 'subscription', body: CHANGES },
  ];
  const manifest = { format: 'apollo-persisted-query-manifest', version: 1, operations };
  writeFileSync(path, JSON.stringify(manifest));
  const gateway = await startGateway({ env: { PERSISTED_OPERATIONS: path } });
  const userId = gateway.person(0).openId;
  const variables = { semesterId: gateway.semesterId, userIds: [userId] };
  const persistedQuery = { version: 1, sha256Hash: sha256(CHANGES) };

  const taken = [
    { query: CHANGES, variables },
    { documentId: `sha256:${sha256(CHANGES)}`, variables },
    { extensions: { persistedQuery }, variables },
  ];
  for (const body of taken) {
    const stream = await openEventStream(gateway.url, body);
    expect((await stream.received(1)).map(shownBy)).toEqual([[userId, expect.any(Number)]]);
    stream.close();
  }
  const other = await openEventStream(gateway.url, { query: `${CHANGES} # x`, variables });
  const unknown = await openEventStream(gateway.url, {
    query: CHANGES.replace('user { id }', ''),
    variables,
  });
  await unknown.ended;
  expect([other.status, unknown.status]).toEqual([200, 400]);
  expect(unknown.text()).toContain('OPERATION_NOT_LISTED');
  other.close();
  await gateway.close();
});

test('A page of a trusted origin may open a stream and read its ID, another page may not', async () => {
  const env = { CORS_ORIGINS: 'https://app.example.com', EXPLORER: 'off' };
  const gateway = await startGateway({ env });
  const preflight = (origin: string) =>
    fetch(`${gateway.url}/graphql/stream`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,last-event-id',
      },
    });
  const trusted = await preflight('https://app.example.com');
  const other = await preflight('https://evil.example.com');
  const variables = { semesterId: gateway.semesterId, userIds: [gateway.person(0).openId] };
  const stream = await openEventStream(
    gateway.url,
    { query: CHANGES, variables },
    { origin: 'https://app.example.com' },
  );
  stream.close();

  expect(trusted.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
  expect(trusted.headers.get('access-control-allow-headers')).toContain('last-event-id');
  expect(other.headers.get('access-control-allow-origin')).toBeNull();
  expect(stream.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
  expect(stream.headers.get('access-control-expose-headers')).toContain('x-request-id');
  await gateway.close();
});

test('A form of another site opens no stream', async () => {
  const gateway = await startGateway();
  const response = await fetch(`${gateway.url}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: JSON.stringify({ query: CHANGES }),
  });
  expect(response.status).toBe(400);
  expect(gateway.emulator.calls).toEqual([]);
  await gateway.close();
});

test('A stream outlives the deadline of requests', async () => {
  const gateway = await startGateway({ env: { REQUEST_DEADLINE_MS: '300' } });
  const variables = { semesterId: gateway.semesterId, userIds: [gateway.person(0).openId] };
  const stream = await openEventStream(gateway.url, { query: CHANGES, variables });
  await stream.received(1);
  const isOver = stream.ended.then(() => true);
  const late = new Promise((resolve) => setTimeout(resolve, 1_000, false));

  expect(await Promise.race([isOver, late])).toBe(false);
  stream.close();
  await gateway.close();
});
