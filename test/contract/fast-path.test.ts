import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { createBothWays, type PostRequest } from '../support/both-ways';
import { ROUTER_SECRET, sha256 } from '../support/clients';
import { ABUSE_CORPUS } from '../support/corpus/abuse-corpus';
import { legalSample } from '../support/corpus/legal-corpus';
import { DRAWN_NUMBERS, Draws } from '../support/draws';
import { openIds } from '../support/expected';
import { startGateway, type TestGateway } from '../support/gateway';
import { drawDocument } from '../support/random-operation';
import { drawVariables } from '../support/random-tasks';

let gateway: TestGateway;
let ways: ReturnType<typeof createBothWays>;
beforeAll(async () => {
  gateway = await startGateway({
    env: {
      AUTH_ROUTER_SECRET: ROUTER_SECRET,
      CACHE_FRESH_SECONDS: '3600',
      CACHE_STALE_SECONDS: '3600',
      RATE_LIMIT_PER_MINUTE: '0',
    },
  });
  ways = createBothWays(gateway);
  // Else the first operations would wait for the list of cycles, one way longer than the other.
  await gateway.query('{ semesters { id } }', {});
});
afterAll(async () => {
  ways.restore();
  await gateway.close();
});

/** Expects the same response both ways, the second time without Apollo. */
async function expectFast(request: PostRequest) {
  const before = ways.answeredFast();
  const received = await ways.expectSame(request);
  expect(ways.answeredFast()).toBe(before + 1);
  return received;
}

const bodyOf = (query: string, variables = {}, operationName?: string | null) =>
  JSON.stringify({ query, variables, operationName });
const NAMES = '{ __typename }';

describe('Known operations', () => {
  const directory = join(__dirname, '../operations');
  const fragments = readFileSync(join(directory, 'fragments.graphql'), 'utf8');
  const files = readdirSync(directory).filter((file) => file !== 'fragments.graphql');

  test.each(files)('%s', async (file) => {
    const text = readFileSync(join(directory, file), 'utf8');
    const [one, another, ...some] = openIds(gateway.emulator.people.slice(0, 60));
    const { semesterId } = gateway;
    const isCycleFile = file === 'semester.graphql';
    const ids = { id: isCycleFile ? semesterId : one, userId: one, userIds: some, ids: some };
    const variables = { ...ids, semesterId, one, another, some, others: some, idType: 'OPEN_ID' };
    const query = text.includes('...WholeStageTasks') ? text + fragments : text;
    for (const [, operationName] of text.matchAll(/^query (\w+)/gm)) {
      const { status, text: answer } = await expectFast({
        body: bodyOf(query, variables, operationName),
      });
      expect(status).toBe(200);
      expect(JSON.parse(answer)).not.toHaveProperty('errors');
    }
  });

  test('the largest operations that are allowed', async () => {
    const semesterIds = gateway.emulator.semesters.map(({ id }) => id).reverse();
    const userIds = openIds(gateway.emulator.people.slice(0, 1_000));
    for (const legal of legalSample({ semesterIds, userIds, asSelf: {} })) {
      if (legal.method !== 'POST' || legal.query.includes('upstreamQuota')) continue;
      await ways.expectSame({ ...legal, body: bodyOf(legal.query, legal.variables) });
    }
  }, 120_000);

  test('operations drawn at random', async () => {
    const before = ways.answeredFast();
    const numRuns = 150;
    await fc.assert(
      fc.asyncProperty(DRAWN_NUMBERS, DRAWN_NUMBERS, async (forDocument, forVariables) => {
        const { text, operations } = drawDocument(new Draws(forDocument));
        const variables = drawVariables(new Draws(forVariables));
        for (const name of operations) {
          await ways.expectSame({ body: bodyOf(text, variables, name) });
        }
      }),
      { numRuns },
    );
    // Each valid document counts at least once.
    expect(ways.answeredFast() - before).toBeGreaterThanOrEqual(numRuns);
  }, 120_000);
});

describe('Refused requests', () => {
  test('whatever no client sends', async () => {
    for (const { method, body = '', headers } of ABUSE_CORPUS) {
      if (method === 'POST') await ways.expectSame({ body, headers });
    }
  }, 120_000);

  test.each([
    ['a variable that is missing', bodyOf('query($id: ID!) { user(id: $id) { id } }')],
    [
      'a variable of the wrong type',
      bodyOf(
        'query($n: Int) { __typename @skip(if: true) user(id: "a", idType: USER_ID) { stageTasks(semesterId: "1", maxAgeSeconds: $n) { id } } }',
        { n: 'a' },
      ),
    ],
    [
      'a number that is too large',
      bodyOf('query($id: ID!) { semester(id: $id) { id } }', { id: 2 ** 60 }),
    ],
    ['a person without an ID', bodyOf('{ viewer { id } }')],
    [
      'too many calls',
      bodyOf(
        'query($ids: [ID!]!) { users(ids: $ids, idType: USER_ID) { stageTasks(semesterId: "1", maxAgeSeconds: 0) { id } } }',
        { ids: Array.from({ length: 1_000 }, (_, i) => `u${i}`) },
      ),
    ],
  ])('%s', async (_, body) => {
    const { text } = await expectFast({ body });
    expect(JSON.parse(text)).toHaveProperty('errors');
  });

  test('tasks of others, for a person who reads only their own', async () => {
    const headers = { 'x-router-secret': ROUTER_SECRET, 'x-user-id': gateway.person(0).openId };
    const ids = openIds(gateway.emulator.people.slice(0, 2));
    const query = `query($ids: [ID!]!) { semester(id: "${gateway.semesterId}") { userStageTasks(userIds: $ids) { stale } } }`;
    const { text } = await expectFast({ body: bodyOf(query, { ids }), headers });
    expect(JSON.parse(text)).toMatchObject({
      data: { semester: { userStageTasks: [{ stale: false }, null] } },
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
  });

  test.each([
    ['an unknown operation name', bodyOf(`query A ${NAMES}`, {}, 'B')],
    ['no operation name among several', bodyOf(`query A ${NAMES} query B ${NAMES}`)],
    ['an empty operation name', bodyOf(`query A ${NAMES}`, {}, '')],
    ['variables as a list', JSON.stringify({ query: NAMES, variables: [] })],
    ['variables as text', JSON.stringify({ query: NAMES, variables: '{}' })],
    ['an operation name that is a number', JSON.stringify({ query: NAMES, operationName: 1 })],
    ['extensions as a list', JSON.stringify({ query: NAMES, extensions: [] })],
    [
      'a persisted operation',
      JSON.stringify({
        query: NAMES,
        extensions: { persistedQuery: { version: 1, sha256Hash: 'a' } },
      }),
    ],
    ['several operations in a list', JSON.stringify([{ query: NAMES }])],
  ])('%s is left to Apollo', async (_, body) => {
    const before = ways.answeredFast();
    await ways.expectSame({ body });
    expect(ways.answeredFast()).toBe(before);
  });
});

describe('Headers', () => {
  test.each([
    '*/*',
    'application/json',
    'application/graphql-response+json',
    'application/graphql-response+json,application/json;q=0.9',
    'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
    'application/json;q=0.1, application/graphql-response+json',
    'text/html,*/*;q=0.8',
  ])('accept: %s', async (accept) => {
    await expectFast({ body: bodyOf(NAMES), headers: { accept } });
    await expectFast({
      body: bodyOf('query($id: ID!) { user(id: $id) { id } }'),
      headers: { accept },
    });
  });

  test('accept: text/html is refused by Apollo', async () => {
    const before = ways.answeredFast();
    const { status } = await ways.expectSame({
      body: bodyOf(NAMES),
      headers: { accept: 'text/html' },
    });
    expect([status, ways.answeredFast()]).toEqual([406, before]);
  });

  test.each(['application/json; charset=utf-8', 'application/json;charset=utf-8'])(
    'content-type: %s',
    async (type) => {
      await expectFast({ body: bodyOf(NAMES), headers: { 'content-type': type } });
    },
  );

  test.each(['text/plain', 'application/json; charset=latin1'])(
    'content-type: %s is left to Apollo',
    async (type) => {
      const before = ways.answeredFast();
      await ways.expectSame({ body: bodyOf(NAMES), headers: { 'content-type': type } });
      expect(ways.answeredFast()).toBe(before);
    },
  );

  test('the language of the client', async () => {
    const [id] = openIds(gateway.emulator.people.slice(0, 1));
    const query = `{ user(id: "${id ?? ''}") { stageTasks(semesterId: "${gateway.semesterId}") { stageTasks { name { text } } } } }`;
    const answers = new Set<string>();
    for (const language of ['zh', 'en']) {
      const headers = { 'accept-language': language };
      answers.add((await expectFast({ body: bodyOf(query), headers })).text);
    }
    expect(answers.size).toBe(2);
  });

  test('names and versions of client libraries, as Apollo Client sends them', async () => {
    const extensions = { clientLibrary: { name: '@apollo/client', version: '4.3.8' } };
    await expectFast({ body: JSON.stringify({ query: NAMES, extensions }) });
  });
});

describe('Documents by ID', () => {
  const LISTED =
    'query Tasks($id: ID!, $s: ID!) { user(id: $id) { stageTasks(semesterId: $s) { stale } } }';
  const documentId = `sha256:${sha256(LISTED)}`;
  const folder = mkdtempSync(join(tmpdir(), 'documents-'));
  let listed: TestGateway;
  let listedWays: ReturnType<typeof createBothWays>;
  beforeAll(async () => {
    const path = join(folder, 'manifest.json');
    const operations = [{ id: sha256(LISTED), name: 'Tasks', type: 'query', body: LISTED }];
    const manifest = { format: 'apollo-persisted-query-manifest', version: 1, operations };
    writeFileSync(path, JSON.stringify(manifest));
    listed = await startGateway({
      env: {
        PERSISTED_OPERATIONS: path,
        CACHE_FRESH_SECONDS: '3600',
        CACHE_STALE_SECONDS: '3600',
      },
    });
    rmSync(folder, { recursive: true });
    listedWays = createBothWays(listed);
  });
  afterAll(async () => {
    listedWays.restore();
    await listed.close();
  });
  const variables = () => ({ id: listed.person(0).openId, s: listed.semesterId });

  test.each([
    ['documentId', () => ({ documentId, variables: variables() })],
    [
      'documentId and a name',
      () => ({ documentId, operationName: 'Tasks', variables: variables() }),
    ],
    ['id', () => ({ id: sha256(LISTED), variables: variables() })],
    ['documentId without its variables', () => ({ documentId })],
  ])('%s', async (_, bodyFor) => {
    const before = listedWays.answeredFast();
    await listedWays.expectSame({ body: JSON.stringify(bodyFor()) });
    expect(listedWays.answeredFast()).toBe(before + 1);
  });

  test.each([
    [
      "Apollo's extension is left to Apollo",
      { extensions: { persistedQuery: { version: 1, sha256Hash: sha256(LISTED) } } },
    ],
    [
      'a name that the document does not have is left to Apollo',
      { documentId, operationName: 'B' },
    ],
  ])('%s', async (_, body) => {
    const before = listedWays.answeredFast();
    await listedWays.expectSame({ body: JSON.stringify({ ...body, variables: variables() }) });
    expect(listedWays.answeredFast()).toBe(before);
  });

  test.each([
    ['an unknown ID', { documentId: `sha256:${sha256('{ a }')}` }],
    ['an ID next to a text', { documentId, query: LISTED }],
    ['an ID of another form', { documentId: 'Tasks' }],
  ])('%s is refused', async (_, body) => {
    const { status } = await listedWays.expectSame({ body: JSON.stringify(body) });
    expect(status).toBe(400);
  });
});
