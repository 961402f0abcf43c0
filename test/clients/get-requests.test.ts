import { get } from 'node:http';
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { Client, fetchExchange, type ClientOptions } from '@urql/core';
import { CountingFetch } from '../support/counting-fetch';
import { startGateway, type TestGateway } from '../support/gateway';

const APP = 'https://app.example.com';
const SIBLING = 'https://wiki.example.com';
const QUERY = '{ upstreamQuota { callsPerMinute } }';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ env: { CORS_ORIGINS: APP } });
});
afterAll(() => gateway.close());

/** urql's default is GET. `headers` are those that a browser adds. */
async function askWithUrql(options: Partial<ClientOptions>, headers: Record<string, string> = {}) {
  const counting = new CountingFetch(headers);
  const client = new Client({
    url: `${gateway.url}/graphql`,
    fetch: counting.fetch,
    exchanges: [fetchExchange],
    ...options,
  });
  const { data, error } = await client.query(QUERY, {}).toPromise();
  return { data: data as unknown, error, methods: counting.sent.map(({ method }) => method) };
}

test.each([
  ['on a page of the same origin', { 'sec-fetch-site': 'same-origin', 'sec-fetch-dest': 'empty' }],
  [
    'on a page that CORS_ORIGINS names',
    { origin: APP, 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'empty' },
  ],
  ['there, in a browser that tells no more', { origin: APP }],
])('urql works as it comes %s', async (_, headers) => {
  const { data, error, methods } = await askWithUrql({}, headers);

  expect(error).toBeUndefined();
  expect(data).toMatchObject({ upstreamQuota: { callsPerMinute: expect.any(Number) } });
  expect(methods).toEqual(['GET']);
});

test('Elsewhere urql is told what to set', async () => {
  const { error, methods } = await askWithUrql({});

  expect(methods).toEqual(['GET']);
  expect(error?.message).toContain('`preferGetMethod: false`');
  expect(error?.message).toContain('`apollo-require-preflight: true`');
});

test.each<[string, Partial<ClientOptions>, string]>([
  ['preferGetMethod: false', { preferGetMethod: false }, 'POST'],
  [
    'the header that the error names',
    { fetchOptions: { headers: { 'apollo-require-preflight': 'true' } } },
    'GET',
  ],
])('Everywhere urql works with %s', async (_, options, method) => {
  const { data, error, methods } = await askWithUrql(options);

  expect(error).toBeUndefined();
  expect(data).toMatchObject({ upstreamQuota: { callsPerMinute: expect.any(Number) } });
  expect(methods).toEqual([method]);
});

test.each([
  ['POST, its default', {}, 'POST'],
  ['GET', { useGETForQueries: true }, 'GET'],
])('Apollo Client works with %s', async (_, options, method) => {
  const counting = new CountingFetch();
  const client = new ApolloClient({
    link: new HttpLink({ uri: `${gateway.url}/graphql`, fetch: counting.fetch, ...options }),
    cache: new InMemoryCache(),
  });
  const { data } = await client.query({ query: gql(QUERY) });
  client.stop();

  expect(data).toMatchObject({ upstreamQuota: { callsPerMinute: expect.any(Number) } });
  expect(counting.sent.map((request) => request.method)).toEqual([method]);
});

test.each<[string, Record<string, string>]>([
  ['as a picture or a link', {}],
  ['from another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
  ['from a sibling of the same site', { 'sec-fetch-site': 'same-site', origin: SIBLING }],
  ['from another program, as a link', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }],
  ['from a sandboxed frame', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
  ['from an origin that only starts alike', { origin: `${APP}.evil.example` }],
  ['with the headers of a GraphQL client', { accept: 'application/graphql-response+json' }],
  [
    'into a page of the same origin, as a picture',
    { 'sec-fetch-site': 'same-origin', 'sec-fetch-dest': 'image' },
  ],
  [
    'into a page that CORS_ORIGINS names, as a picture',
    { origin: APP, 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' },
  ],
  ['through a proxy that logs in by cookie', { authorization: 'Bearer of-the-proxy' }],
  ['with a password that the browser keeps', { authorization: 'Basic b3BlbjpzZXNhbWU=' }],
])('A request that a foreign page can send %s is refused', async (_, headers) => {
  const url = `${gateway.url}/graphql?query=${encodeURIComponent(QUERY)}`;
  const response = await fetch(url, { headers });

  expect(response.status).toBe(400);
  expect(await response.text()).toContain('CSRF');
});

test.each(['no-cors', 'navigate'])(
  'What markup of a known page loads in the mode %s is refused, such as a link to prefetch',
  async (mode) => {
    // Node's own fetch sets the mode itself.
    const headers = {
      accept: '*/*',
      'sec-fetch-site': 'same-origin',
      'sec-fetch-dest': 'empty',
      'sec-fetch-mode': mode,
    };
    const url = `${gateway.url}/graphql?query=${encodeURIComponent(QUERY)}`;
    const status = await new Promise((resolve, reject) => {
      get(url, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject);
    });
    expect(status).toBe(400);
  },
);
