import { createHash } from 'node:crypto';
import { getIntrospectionQuery } from 'graphql';
import { get as getRaw, type IncomingHttpHeaders } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { CLOCK_WITHOUT_WAITING } from '../support/clock-without-waiting';
import { startGateway, type TestGateway } from '../support/gateway';

const POLICY =
  "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; " +
  "font-src 'self' data:; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'none'";
const STUDIO = 'https://studio.apollographql.com';
const HTML = { accept: 'text/html' };

interface Settings {
  readonly workers: Readonly<Record<string, string>>;
  readonly tabs: readonly { readonly query: string; readonly variables: string }[];
  readonly explorer: string | null;
  readonly needsToken: boolean;
}

const settingsOf = (html: string) =>
  JSON.parse(
    /<script type="application\/json"[^>]*>(.*?)<\/script>/s.exec(html)?.[1] ?? '',
  ) as Settings;

const filesOf = (html: string) => [
  ...[...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? ''),
  ...Object.values(settingsOf(html).workers),
];

const pageOf = async ({ url }: Pick<TestGateway, 'url'>) =>
  (await fetch(`${url}/graphql`, { headers: HTML })).text();

/** Without `fetch`, which asks for compressed answers and decompresses them. */
function download(
  url: string,
  headers: Record<string, string>,
): Promise<{ headers: IncomingHttpHeaders; body: Buffer }> {
  return new Promise((resolve, reject) => {
    getRaw(url, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ headers: response.headers, body: Buffer.concat(chunks) });
      });
    }).on('error', reject);
  });
}

const preflight = ({ url }: TestGateway, headers = 'content-type') =>
  fetch(`${url}/graphql`, {
    method: 'OPTIONS',
    headers: {
      origin: STUDIO,
      'access-control-request-method': 'POST',
      'access-control-request-headers': headers,
    },
  });

describe('GraphiQL', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  test('is the page at /graphql, with a policy that allows scripts of this origin only', async () => {
    const page = await fetch(`${gateway.url}/graphql`, { headers: HTML });

    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toBe(POLICY);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(await page.text()).toContain('<title>Stage Task Gateway</title>');
  });

  test('names only files of the gateway, by paths that a proxy may prefix', async () => {
    const files = filesOf(await pageOf(gateway));

    expect(files).toHaveLength(7);
    expect(files.filter((path) => !/^graphiql\/[\w-]+\.[0-9a-f]{16}\.\w+$/.test(path))).toEqual([]);
  });

  test('has files that no cache has to ask for again, named after their content', async () => {
    for (const path of filesOf(await pageOf(gateway))) {
      const response = await fetch(`${gateway.url}/${path}`);
      const content = Buffer.from(await response.arrayBuffer());
      const hash = createHash('sha256').update(content).digest('hex').slice(0, 16);

      expect(path).toContain(`.${hash}.`);
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(response.headers.get('vary')).toBe('accept-encoding');
      expect(response.headers.get('content-security-policy')).toBe(POLICY);
      expect(response.headers.get('content-type')).toMatch(
        /^(text\/javascript; charset=utf-8|text\/css; charset=utf-8|image\/x-icon)$/,
      );
    }
  });

  test.each([
    ['gzip, deflate, br, zstd', 'gzip'],
    ['gzip;q=0.5', 'gzip'],
    ['*', 'gzip'],
    ['br', 'no encoding'],
    ['gzip;q=0', 'no encoding'],
    ['identity', 'no encoding'],
  ])('answers Accept-Encoding: %s with %s', async (accepted, encoding) => {
    const path = filesOf(await pageOf(gateway)).find((file) => file.endsWith('.css')) ?? '';
    const { headers, body } = await download(`${gateway.url}/${path}`, {
      'accept-encoding': accepted,
    });

    expect(headers['content-encoding'] ?? 'no encoding').toBe(encoding);
    expect((encoding === 'gzip' ? gunzipSync(body) : body).toString()).toContain(
      '.graphiql-container',
    );
  });

  test('has no file of another name', async () => {
    const response = await fetch(`${gateway.url}/graphiql/graphiql.0000000000000000.js`);

    expect(response.status).toBe(404);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('costs no upstream call', async () => {
    gateway.emulator.clearCalls();
    for (const path of filesOf(await pageOf(gateway))) await fetch(`${gateway.url}/${path}`);
    await fetch(`${gateway.url}/explorer`);

    expect(gateway.emulator.calls).toEqual([]);
  });

  test('leads to the page of Apollo, whose Explorer asks /graphql', async () => {
    const { explorer } = settingsOf(await pageOf(gateway));
    const page = await fetch(new URL(explorer ?? '', `${gateway.url}/graphql`));
    const html = await page.text();

    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(html).toContain('embeddable-sandbox');
    expect(html).toContain("initialEndpoint = new URL('graphql', window.location.href).href;");
    expect(html).toContain('query StageTasks');
  });
});

describe.each([
  ['on', { graphiql: true, apollo: true }],
  ['graphiql', { graphiql: true, apollo: false }],
  ['apollo', { graphiql: false, apollo: true }],
  ['off', { graphiql: false, apollo: false }],
])('EXPLORER=%s', (EXPLORER, { graphiql, apollo }) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({ env: { EXPLORER } });
  });
  afterAll(() => gateway.close());

  test(`serves ${graphiql ? '' : 'no '}GraphiQL and ${apollo ? '' : 'no '}page of Apollo`, async () => {
    const page = await pageOf(gateway);
    const explorer = await fetch(`${gateway.url}/explorer`, { headers: HTML });
    await explorer.text();

    expect(page.includes('src="graphiql/')).toBe(graphiql);
    expect(page.includes('embeddable-sandbox')).toBe(apollo && !graphiql);
    if (graphiql) expect(settingsOf(page).explorer).toBe(apollo ? 'explorer' : null);
    expect(explorer.status).toBe(apollo ? 200 : 404);
  });

  test(apollo ? 'lets Apollo Studio in' : 'keeps Apollo Studio out', async () => {
    const { headers } = await preflight(gateway);

    expect(headers.get('access-control-allow-origin')).toBe(apollo ? STUDIO : null);
  });

  test(`has introspection ${graphiql || apollo ? 'on' : 'off'}`, async () => {
    const { errors } = await gateway.query('{ __schema { queryType { name } } }', {});

    expect(errors).toHaveLength(graphiql || apollo ? 0 : 1);
  });
});

describe("Apollo Studio's hosted Explorer", () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({ env: { CORS_ORIGINS: 'https://app.example.com' } });
  });
  afterAll(() => gateway.close());

  test.each(['content-type', 'authorization,content-type'])(
    'may send a request with the headers %s',
    async (names) => {
      const { status, headers } = await preflight(gateway, names);

      expect(status).toBe(204);
      expect(headers.get('access-control-allow-origin')).toBe(STUDIO);
      expect(headers.get('access-control-allow-methods')).toBe('GET, POST');
      expect(headers.get('access-control-allow-headers')).toBe(names);
    },
  );

  test('reads the schema, as it does first', async () => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        accept: '*/*',
        'content-type': 'application/json',
        origin: STUDIO,
        'sec-fetch-dest': 'empty',
        'sec-fetch-mode': 'cors',
        'sec-fetch-site': 'cross-site',
      },
      body: JSON.stringify({
        operationName: 'IntrospectionQuery',
        query: getIntrospectionQuery({
          specifiedByUrl: true,
          directiveIsRepeatable: true,
          schemaDescription: true,
          inputValueDeprecation: true,
        }),
        variables: {},
      }),
    });

    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe(STUDIO);
    const { data } = (await response.json()) as { data: { __schema: { queryType: unknown } } };
    expect(data.__schema.queryType).toMatchObject({ name: 'Query' });
  });

  test('is not let in in production, unless CORS_ORIGINS names it', async () => {
    const production = { NODE_ENV: 'production', EXPLORER: 'on' };
    const clock = CLOCK_WITHOUT_WAITING;
    const others = await Promise.all([
      startGateway({ env: production, clock }),
      startGateway({ env: { ...production, CORS_ORIGINS: STUDIO }, clock }),
    ]);
    const allowed = await Promise.all(
      others.map(async (other) =>
        (await preflight(other)).headers.get('access-control-allow-origin'),
      ),
    );
    await Promise.all(others.map((other) => other.close()));

    expect(allowed).toEqual([null, STUDIO]);
  });
});
