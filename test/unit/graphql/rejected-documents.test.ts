import { ApolloServer, HeaderMap, type ApolloServerPlugin } from '@apollo/server';
import { buildSchema } from 'graphql';
import { createDocumentStore } from '../../../src/graphql/document-store';
import { createRejectedDocumentsPlugin } from '../../../src/graphql/plugins/rejected-documents.plugin';
import { createRejectedDocuments } from '../../../src/graphql/rejected-documents';

let parsed: string[] = [];
let validated: string[] = [];

const COUNT: ApolloServerPlugin = {
  requestDidStart: () =>
    Promise.resolve({
      parsingDidStart: ({ source }) => Promise.resolve(void parsed.push(source)),
      validationDidStart: ({ source }) => Promise.resolve(void validated.push(source)),
    }),
};

async function startServer(): Promise<ApolloServer> {
  const rejected = createRejectedDocuments();
  const server = new ApolloServer({
    schema: buildSchema('type Query { name(length: Int): String }'),
    documentStore: createDocumentStore(rejected).byHash,
    plugins: [COUNT, createRejectedDocumentsPlugin(rejected)],
    includeStacktraceInErrorResponses: false,
  });
  await server.start();
  return server;
}

let server: ApolloServer;
beforeEach(async () => {
  [parsed, validated] = [[], []];
  server = await startServer();
});
afterEach(() => server.stop());

async function send(query: string, more: object = {}) {
  const { status, headers, body } = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: 'POST',
      headers: new HeaderMap([['content-type', 'application/json']]),
      search: '',
      body: { query, ...more },
    },
    context: () => Promise.resolve({}),
  });
  return { status, headers: [...headers], body };
}

const SYNTAX_ERROR = '{ name';
const VALIDATION_ERRORS = '{ nam(a: 1) other name { id } }';

describe('A document with errors is parsed and validated once', () => {
  test.each([
    ['a syntax error', SYNTAX_ERROR, { parsed: 1, validated: 0 }],
    ['validation errors', VALIDATION_ERRORS, { parsed: 1, validated: 1 }],
  ])('with %s, and its response stays the same', async (_, query, counts) => {
    const first = await send(query);
    const second = await send(query);

    expect(first.status).toBe(400);
    expect(second).toEqual(first);
    expect({ parsed: parsed.length, validated: validated.length }).toEqual(counts);
  });
});

test('A response with errors of another document is not returned', async () => {
  const first = await send('{ a }');
  const second = await send('{ b }');

  expect(first.body).not.toEqual(second.body);
});

test.each([
  ['the operation name', 'query A { name }', { operationName: 'B' }, { operationName: 'A' }],
  [
    'variables',
    'query A($l: Int) { name(length: $l) }',
    { variables: { l: 'x' } },
    { variables: { l: 1 } },
  ],
])('An error of %s is no error of the document', async (_, query, bad, good) => {
  const refused = await send(query, bad);
  const answered = await send(query, good);

  expect(JSON.stringify(refused.body)).toContain('errors');
  expect(JSON.stringify(answered.body)).not.toContain('errors');
  expect(parsed).toHaveLength(1);
});

test('A text that is not well-formed shares its hash with a valid one, but not its errors', async () => {
  const refused = await send('{ name } # \ud800');
  const answered = await send('{ name } # \ufffd');
  expect([refused.status, answered.status ?? 200]).toEqual([400, 200]);
});

test('10,000 documents with errors do not evict a valid one', async () => {
  await send('{ name }');
  for (let i = 0; i < 10_000; i += 1) await send(`{ field${i}`);
  parsed = [];

  await send('{ name }');
  await send('{ field9999');
  await send('{ field0');

  expect(parsed).toEqual(['{ field0']);
}, 60_000);
