import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDashboardServer } from '../../examples/dashboard/server/dashboard-server';
import type { Demo } from '../../examples/dashboard/server/start';
import { startDashboard } from '../support/dashboard';
import { exchange } from '../support/raw-http';

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
