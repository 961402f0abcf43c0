import { createApp } from '../../src/app';
import { loadConfig } from '../../src/config';
import { startGateway, type TestGateway } from '../support/gateway';

interface Tab {
  readonly query: string;
  readonly variables: string;
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: unknown;
}

async function readTabs(url: string): Promise<{ tabs: Tab[]; needsToken: boolean }> {
  const page = await fetch(`${url}/graphql`, { headers: { accept: 'text/html' } });
  const settings = /<script type="application\/json"[^>]*>(.*?)<\/script>/s.exec(await page.text());
  return JSON.parse(settings?.[1] ?? '') as { tabs: Tab[]; needsToken: boolean };
}

const variablesOf = (tab: Tab | undefined) =>
  JSON.parse(tab?.variables ?? '') as Record<string, unknown>;

async function run(url: string, { query, variables }: Tab, headers = {}): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables: JSON.parse(variables) as unknown }),
  });
  return (await response.json()) as Answer;
}

test.each(['id', 'openId', 'unionId', 'userId'])(
  'In front of the emulator, every tab of GraphiQL runs unchanged, with %s as the key of users',
  async (FEDERATION_USER_KEY) => {
    const environment = { PORT: '0', LOG_LEVEL: 'silent', FEDERATION_USER_KEY };
    const app = await createApp(loadConfig(environment));
    const { tabs, needsToken } = await readTabs(app.url);
    const answers = await Promise.all(tabs.map((tab) => run(app.url, tab)));
    await app.close();

    expect(needsToken).toBe(false);
    expect(tabs).toHaveLength(4);
    // An open ID is no union ID and no user ID: the schema has the field, and the value is an error.
    if (['id', 'openId'].includes(FEDERATION_USER_KEY)) {
      expect(answers.map(({ errors }) => errors)).toEqual(tabs.map(() => undefined));
    }
    expect(answers.map(({ data }) => data)).not.toContain(undefined);
  },
);

test('Without root fields of users, GraphiQL shows no operation that needs them', async () => {
  const gateway = await startGateway({ env: { FEDERATION_USER_ROOT_FIELDS: 'off' } });
  const { tabs } = await readTabs(gateway.url);
  await gateway.close();

  expect(tabs.map(({ query }) => /query (\w+)/.exec(query)?.[1])).toEqual([
    'StageTasks',
    'RunningCycles',
    'Quota',
  ]);
});

/** Of the cycles of the emulator that run, the quarter began last, on any day. */
function newestId({ emulator }: TestGateway): string | undefined {
  return emulator.semesters.find(({ typeGroup }) => typeGroup === 'Quarter')?.id;
}

test('In front of a real Feishu, GraphiQL shows the running cycle once the gateway knows it, and no user', async () => {
  const gateway = await startGateway();
  const before = await readTabs(gateway.url);
  await gateway.query('query ($id: ID!) { semester(id: $id) { name { text } } }', {
    id: gateway.semesterId,
  });
  const { tabs } = await readTabs(gateway.url);
  await gateway.close();

  expect(variablesOf(before.tabs[0])).toEqual({ semesterId: '', userIds: [] });
  expect(variablesOf(tabs[0])).toEqual({ semesterId: newestId(gateway), userIds: [] });
});

test('For people, the first tab reads their own tasks in a cycle that another tab finds', async () => {
  const gateway = await startGateway({ env: { AUTH_FEISHU_USERS: 'on', AUTH_ANONYMOUS: '' } });
  const { tabs, needsToken } = await readTabs(gateway.url);
  const [first] = tabs;
  const cycles = tabs.find(({ query }) => query.includes('query RunningCycles'));
  const token = gateway.emulator.issueUserToken(gateway.person(0));
  const headers = { authorization: `Bearer ${token}` };
  const found = cycles && (await run(gateway.url, cycles, headers));
  const semesterId = newestId(gateway);
  const variables = JSON.stringify({ semesterId });
  const answer = first && (await run(gateway.url, { ...first, variables }, headers));
  await gateway.close();

  expect(needsToken).toBe(true);
  expect(first?.query).toContain('viewer');
  // The page needs no token, so it names no cycle of the company.
  expect(variablesOf(first)).toEqual({ semesterId: '' });
  expect(JSON.stringify(found)).toContain(`"id":"${semesterId ?? ''}"`);
  expect(answer).toMatchObject({
    data: {
      viewer: { stageTasks: { stageTasks: [{ status: 'ALL_DONE' }, { status: 'ALL_DONE' }] } },
    },
  });
});
