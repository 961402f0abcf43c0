import { startGateway, type TestGateway } from '../support/gateway';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

async function post(body: object) {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const headers = new Headers(response.headers);
  // They differ between any two responses.
  headers.delete('date');
  headers.delete('x-request-id');
  return { status: response.status, headers: [...headers], text: await response.text() };
}

const large = `{ semester(id: "1") { ${'unknown '.repeat(2_000)} } }`;
const tooDeep = `{ ${'a { '.repeat(30)} b ${'}'.repeat(30)} }`;

describe('A document with errors gets the same response again', () => {
  test.each([
    ['a syntax error', { query: '{ semester(' }],
    ['an empty document', { query: '# nothing' }],
    ['an unknown field', { query: '{ semestre { id } }' }],
    ['more errors than are reported', { query: large }],
    ['too many levels', { query: tooDeep }],
    ['unsafe variables', { query: '{ unknown }', variables: { a: 2 ** 60 } }],
    ['an operation name', { query: 'query A { unknown }', operationName: 'B' }],
  ])('with %s', async (_, body) => {
    const first = await post(body);
    const second = await post(body);

    expect(first.status).toBe(400);
    expect(second).toEqual(first);
  });
});

test('Unsafe variables of a document with errors change nothing', async () => {
  const query = '{ alsoUnknown }';

  expect(await post({ query, variables: { a: 2 ** 60 } })).toEqual(await post({ query }));
});

test('The log has the same record of both responses', async () => {
  const operations = () => gateway.logs().filter(({ msg }) => msg === 'operation');
  const before = operations().length;
  await post({ query: '{ unknownTwice }' });
  await post({ query: '{ unknownTwice }' });

  const [first, second] = operations()
    .slice(before)
    .map(({ operation, errorCodes, upstreamCalls }) => ({ operation, errorCodes, upstreamCalls }));
  expect(first).toEqual({
    operation: null,
    errorCodes: ['GRAPHQL_VALIDATION_FAILED'],
    upstreamCalls: 0,
  });
  expect(second).toEqual(first);
});
