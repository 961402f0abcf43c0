import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDashboardServer } from '../../examples/dashboard/server/dashboard-server';
import { readDirectory } from '../../examples/dashboard/server/read-directory';
import { startDemo, type Demo } from '../../examples/dashboard/server/start';
import { startEmulator } from '../../src/emulator/emulator';
import { startDashboard } from '../support/dashboard';
import { exchange } from '../support/raw-http';
import { until } from '../support/until';

const BODY = '{"query":"{ upstreamQuota { callsPerMinute } }"}';

let folder: string;
let demo: Demo;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dashboard-'));
  writeFileSync(join(folder, 'index.html'), '<title>Built</title>');
  demo = await startDashboard({ folder, remove: () => undefined });
});
afterAll(async () => {
  await demo.close();
  rmSync(folder, { recursive: true });
});

const post = (url: string, contentType: string) =>
  fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': contentType }, body: BODY });

test('The server of the dashboard passes operations on with its token', async () => {
  const answer = await post(demo.url, 'application/json');

  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ data: { upstreamQuota: { callsPerMinute: 20 } } });
});

test('It serves the built files with a policy that allows only its own origin', async () => {
  const answer = await fetch(demo.url);

  expect(await answer.text()).toBe('<title>Built</title>');
  expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
  expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
  expect((await fetch(`${demo.url}/../package.json`)).status).toBe(404);
});

test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])(
  'It refuses %s, which pages of other sites may send without asking',
  async (contentType) => {
    expect((await post(demo.url, contentType)).status).toBe(415);
  },
);

test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example'])(
  'It refuses the host %s, so that a name that points here reads nothing',
  async (host) => {
    for (const path of ['/', '/config.json']) {
      const answer = await exchange(demo.url, [`GET ${path} HTTP/1.1`, `Host: ${host}`]);
      expect(answer.status).toBe(403);
      expect(answer.text).not.toContain('Built');
    }
    const { status } = await exchange(
      demo.url,
      [
        'POST /graphql HTTP/1.1',
        `Host: ${host}`,
        'Content-Type: application/json',
        `Content-Length: ${BODY.length}`,
      ],
      BODY,
    );
    expect(status).toBe(403);
  },
);

test('Its directory has the people of the emulator, in teams', async () => {
  const answer = await fetch(`${demo.url}/config.json`);
  const { directory } = (await answer.json()) as {
    directory: { people: { id: string }[]; teams: { userIds: string[] }[] };
  };

  expect(directory.people).toHaveLength(demo.emulator.people.length);
  expect(directory.teams.map(({ userIds }) => userIds.length)).toEqual([24, 120, 60]);
});

test('A page that disconnects ends its operation at the gateway', async () => {
  let isOver = false;
  const gateway = createServer((_, response) => response.once('close', () => (isOver = true)));
  await once(gateway.listen(0, '127.0.0.1'), 'listening');
  const server = await startDashboardServer({
    folder,
    graphqlUrl: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`,
    config: { nameField: null, directory: { idType: 'OPEN_ID', people: [], teams: [] } },
    port: 0,
  });
  const page = new AbortController();
  const headers = { 'content-type': 'application/json' };
  const answer = fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers,
    body: BODY,
    signal: page.signal,
  });
  await once(gateway, 'request');
  page.abort();
  await expect(answer).rejects.toThrow('abort');
  await until(() => isOver).finally(async () => {
    gateway.closeAllConnections();
    gateway.close();
    await server.close();
  });
});

test('A connection without a request does not delay the end', async () => {
  const server = await startDashboardServer({
    folder,
    graphqlUrl: demo.url,
    config: { nameField: null, directory: { idType: 'OPEN_ID', people: [], teams: [] } },
    port: 0,
  });
  const unused = connect(Number(new URL(server.url).port), '127.0.0.1');
  await once(unused, 'connect');
  const closed = once(unused, 'close');
  await fetch(server.url);

  await server.close();
  await closed;
});

test('If the port is taken, nothing stays open', async () => {
  const port = Number(new URL(demo.url).port);
  const emulator = await startEmulator();
  const emulatorPort = Number(new URL(emulator.url).port);
  await emulator.close();
  const options = { folder, port, emulator: { port: emulatorPort }, env: { LOG_LEVEL: 'silent' } };

  await expect(startDemo(options)).rejects.toThrow('EADDRINUSE');
  await expect(fetch(emulator.url)).rejects.toThrow('fetch failed');
});

describe('The file of the directory', () => {
  const read = (text: string) => {
    const file = join(folder, 'directory.json');
    writeFileSync(file, text);
    return readDirectory(file);
  };

  test('may leave out a language, the people or the teams', () => {
    const name = { enUS: 'Wei Chen' };

    expect(read(JSON.stringify({ idType: 'USER_ID', people: [{ id: 'a', name }] }))).toEqual({
      idType: 'USER_ID',
      people: [{ id: 'a', name: { enUS: 'Wei Chen', zhCN: null } }],
      teams: [],
    });
    expect(readDirectory(undefined)).toEqual({ idType: 'OPEN_ID', people: [], teams: [] });
  });

  test.each([
    ['no JSON', '{'],
    ['no type of IDs', '{}'],
    ['a person without a name', '{"idType": "OPEN_ID", "people": [{"id": "ou_1"}]}'],
    [
      'a team that one operation cannot hold',
      JSON.stringify({
        idType: 'OPEN_ID',
        teams: [{ id: 'a', name: {}, userIds: Array.from({ length: 1_001 }, (_, i) => `ou_${i}`) }],
      }),
    ],
  ])('is refused with %s', (_, text) => {
    expect(() => read(text)).toThrow(/^DIRECTORY_FILE: expected a directory/);
  });

  test('is refused if it cannot be read', () => {
    expect(() => readDirectory(join(folder, 'none.json'))).toThrow(/^DIRECTORY_FILE: .*ENOENT/);
  });
});

test('A gateway that cannot be reached is 502', async () => {
  const server = await startDashboardServer({
    folder,
    graphqlUrl: 'http://127.0.0.1:9/graphql',
    config: { nameField: null, directory: { idType: 'OPEN_ID', people: [], teams: [] } },
    port: 0,
  });
  const { status } = await post(server.url, 'application/json');
  await server.close();

  expect(status).toBe(502);
});
