import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGateway, type TestGateway } from '../support/gateway';

const folder = mkdtempSync(join(tmpdir(), 'safelist-'));
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const LISTED =
  'query Tasks($id: ID!, $s: ID!) { user(id: $id) { stageTasks(semesterId: $s) { id } } }';

let gateway: TestGateway;
beforeAll(async () => {
  const path = join(folder, 'manifest.json');
  const operations = [{ id: sha256(LISTED), name: 'Tasks', type: 'query', body: LISTED }];
  writeFileSync(
    path,
    JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations }),
  );
  gateway = await startGateway({ env: { PERSISTED_OPERATIONS: path } });
  // It is read once, at the start.
  rmSync(folder, { recursive: true });
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.emulator.clearCalls();
});

const variables = () => ({ id: gateway.emulator.people[0]?.openId, s: gateway.semesterId });
const idOf = (text: string) => `sha256:${sha256(text)}`;
const byHash = (hash: string) => ({ persistedQuery: { version: 1, sha256Hash: hash } });

async function post(body: object) {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

async function get(parameters: Record<string, unknown>) {
  const search = new URLSearchParams(
    Object.entries(parameters).map(([name, value]): [string, string] => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
  const response = await fetch(`${gateway.url}/graphql?${search.toString()}`, {
    headers: { 'apollo-require-preflight': 'true' },
  });
  return { status: response.status, body: await response.json() };
}

describe('A listed operation runs', () => {
  test.each([
    ['as text', () => post({ query: LISTED, variables: variables() })],
    [
      'as text with other spaces',
      () => post({ query: LISTED.replaceAll(' ', '\n  '), variables: variables() }),
    ],
    ['by its ID', () => post({ id: sha256(LISTED), variables: variables() })],
    ['by its document ID', () => post({ documentId: idOf(LISTED), variables: variables() })],
    [
      'by its document ID without a prefix',
      () => post({ documentId: sha256(LISTED), variables: variables() }),
    ],
    [
      'by its document ID, with its name and extensions',
      () =>
        post({
          documentId: idOf(LISTED),
          operationName: 'Tasks',
          variables: variables(),
          extensions: { clientLibrary: { name: 'a', version: '1' } },
        }),
    ],
    [
      'by a GET with its document ID',
      () => get({ documentId: idOf(LISTED), variables: variables(), extensions: {} }),
    ],
    [
      "by Apollo's extension",
      () => post({ extensions: byHash(sha256(LISTED)), variables: variables() }),
    ],
    [
      "by Apollo's extension with its text",
      () => post({ query: LISTED, extensions: byHash(sha256(LISTED)), variables: variables() }),
    ],
    [
      'by a GET with its ID',
      () => get({ extensions: byHash(sha256(LISTED)), variables: variables() }),
    ],
  ])('%s', async (_, send) => {
    expect(await send()).toMatchObject({
      status: 200,
      body: { data: { user: { stageTasks: { id: expect.any(String) } } } },
    });
    expect(gateway.emulator.callsOf('find_by_user_list')).toHaveLength(1);
  });
});

describe('An operation that is not listed is refused and makes no upstream call', () => {
  const other = LISTED.replace('{ id }', '{ stale }');

  test.each([
    ['another text', { query: other }, 400, 'OPERATION_NOT_LISTED'],
    [
      'a listed operation in a document with another',
      { query: `${LISTED} query B { __typename }`, operationName: 'Tasks' },
      400,
      'OPERATION_NOT_LISTED',
    ],
    [
      'an introspection query',
      { query: '{ __schema { types { name } } }' },
      400,
      'OPERATION_NOT_LISTED',
    ],
    ["a router's query", { query: '{ _service { sdl } }' }, 400, 'OPERATION_NOT_LISTED'],
    ['an unknown field', { query: '{ usr }' }, 400, 'OPERATION_NOT_LISTED'],
    [
      'another text under its own ID',
      { query: other, extensions: byHash(sha256(other)) },
      400,
      'OPERATION_NOT_LISTED',
    ],
    ['an unknown ID', { id: sha256(other) }, 400, 'PERSISTED_QUERY_NOT_FOUND'],
    ['an unknown document ID', { documentId: idOf(other) }, 400, 'PERSISTED_QUERY_NOT_FOUND'],
    [
      "an unknown ID in Apollo's extension, as Apollo answers it",
      { extensions: byHash(sha256(other)) },
      200,
      'PERSISTED_QUERY_NOT_FOUND',
    ],
    [
      'a document ID next to a text',
      { documentId: idOf(LISTED), query: LISTED },
      400,
      'BAD_USER_INPUT',
    ],
    [
      "a document ID next to Apollo's extension",
      { documentId: idOf(LISTED), extensions: byHash(sha256(LISTED)) },
      400,
      'BAD_USER_INPUT',
    ],
    ...['', 'abc', `md5:${sha256(LISTED)}`, idOf(LISTED).toUpperCase(), 7, [idOf(LISTED)]].map(
      (documentId): [string, object, number, string] => [
        `the document ID ${JSON.stringify(documentId)}`,
        { documentId },
        400,
        'BAD_USER_INPUT',
      ],
    ),
    [
      'the ID of another text',
      { query: other, extensions: byHash(sha256(LISTED)) },
      400,
      'BAD_USER_INPUT',
    ],
  ])('%s', async (_, body, status, code) => {
    const answer = await post({ variables: variables(), ...body });

    expect(answer).toMatchObject({ status, body: { errors: [{ extensions: { code } }] } });
    expect(gateway.emulator.calls).toEqual([]);
  });

  test('and a client cannot add it to the list', async () => {
    await post({ query: other, extensions: byHash(sha256(other)), variables: variables() });

    expect(await post({ id: sha256(other), variables: variables() })).toMatchObject({
      body: { errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] },
    });
  });
});

describe('A GET with a document ID', () => {
  test.each([
    ['that is unknown', `documentId=${idOf('{ a }')}`, 'PERSISTED_QUERY_NOT_FOUND'],
    [
      'next to a text',
      `documentId=${idOf(LISTED)}&query=${encodeURIComponent(LISTED)}`,
      'BAD_USER_INPUT',
    ],
    [
      "next to Apollo's extension",
      `documentId=${idOf(LISTED)}&extensions=${encodeURIComponent(JSON.stringify(byHash(sha256(LISTED))))}`,
      'BAD_USER_INPUT',
    ],
    ['given twice', `documentId=${idOf(LISTED)}&documentId=${idOf(LISTED)}`, 'BAD_USER_INPUT'],
    ['that a page of another site could send', `documentId=${idOf(LISTED)}`, 'BAD_REQUEST'],
  ])('%s is refused', async (title, search, code) => {
    const isFromPage = title.includes('page');
    const headers: HeadersInit = isFromPage ? {} : { 'apollo-require-preflight': 'true' };
    const response = await fetch(`${gateway.url}/graphql?${search}`, { headers });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code } }] });
    expect(gateway.emulator.calls).toEqual([]);
  });
});

test('A gateway without a list of operations knows no document IDs', async () => {
  const open = await startGateway();
  const response = await fetch(`${open.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ documentId: idOf(LISTED) }),
  });

  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    errors: [
      {
        message: expect.stringContaining('PERSISTED_OPERATIONS'),
        extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' },
      },
    ],
  });
  await open.close();
});
