import { inspect } from 'node:util';
import { ConfigError, loadConfig } from '../../../src/config';
import { APP_SECRET, CREDENTIALS, faultsOf, type Environment } from '../../support/config-faults';

/** Where the secret would be sent. */
function originOf(environment: Environment): string {
  const { upstream } = loadConfig({ ...CREDENTIALS, ...environment });
  return upstream.kind === 'feishu' ? upstream.origin : 'the emulator';
}

describe('the place that the secret is sent to', () => {
  test.each([
    ['Feishu by default', {}, 'https://open.feishu.cn'],
    ['Feishu', { FEISHU_BRAND: 'feishu' }, 'https://open.feishu.cn'],
    ['Lark', { FEISHU_BRAND: 'lark' }, 'https://open.larksuite.com'],
    [
      'the host that the operator named, whatever the brand',
      { FEISHU_BRAND: 'lark', FEISHU_BASE_URL: 'https://proxy.example.com:8443/' },
      'https://proxy.example.com:8443',
    ],
    [
      'a stub on this machine',
      { FEISHU_BASE_URL: 'http://127.0.0.1:4010' },
      'http://127.0.0.1:4010',
    ],
    ['a stub by name', { FEISHU_BASE_URL: 'http://localhost:4010' }, 'http://localhost:4010'],
    ['a stub over IPv6', { FEISHU_BASE_URL: 'http://[::1]:4010' }, 'http://[::1]:4010'],
  ])('is %s', (_, environment, origin) => {
    expect(originOf(environment)).toBe(origin);
  });

  test.each([
    ['http://open.feishu.cn', 'is not encrypted'],
    ['http://127.0.0.1.example.com', 'is not encrypted, though it looks like this machine'],
    ['http://localhost.example.com', 'is not encrypted, though it is called localhost'],
    ['http://192.168.0.7', 'is not encrypted, though it is near'],
    ['https://open.feishu.cn/open-apis', 'has a path'],
    ['ftp://open.feishu.cn', 'is no web address'],
    ['open.feishu.cn', 'is a bare name'],
    ['https://', 'is nowhere'],
  ])('is not %s, which %s', (url) => {
    expect(faultsOf({ ...CREDENTIALS, FEISHU_BASE_URL: url })).toEqual([
      'FEISHU_BASE_URL: expected an https:// origin without a path (http:// only on this machine), ' +
        `got ${JSON.stringify(url)}`,
    ]);
  });

  test.each([
    ['FEISHU_BASE_URL', 'https://open.feishu.cn/?key=hunter2'],
    ['FEISHU_BASE_URL', 'https://open.feishu.cn/#hunter2'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'https://collector.example.com/otlp?api-key=hunter2'],
    ['CORS_ORIGINS', 'https://app.example.com,https://other.example.com?key=hunter2'],
  ])('has no query, and that of %s=%s is not repeated in the error', (name, url) => {
    const faults = faultsOf({ ...CREDENTIALS, [name]: url });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/, got a URL with a query or a fragment$/);
  });

  test.each(['https://someone:password@open.feishu.cn', 'https://:password@open.feishu.cn'])(
    'has no credentials in it, and those of %s are not repeated in the error',
    (url) => {
      const faults = faultsOf({ ...CREDENTIALS, FEISHU_BASE_URL: url });
      expect(faults).toHaveLength(1);
      expect(faults[0]).toMatch(/^FEISHU_BASE_URL: expected .*, got a text with an "@" in it$/);
    },
  );
});

describe('the host of oauth/v3/token', () => {
  const OAUTH = { ...CREDENTIALS, FEISHU_TOKEN_ENDPOINT: 'oauth_v3' };
  const accountsOf = (environment: Environment) => {
    const { upstream } = loadConfig(environment);
    return upstream.kind === 'feishu' ? upstream.accountsOrigin : 'the emulator';
  };

  test.each([
    ['none by default', CREDENTIALS, null],
    ["Feishu's", OAUTH, 'https://accounts.feishu.cn'],
    ["Lark's", { ...OAUTH, FEISHU_BRAND: 'lark' }, 'https://accounts.larksuite.com'],
    [
      'the one that the operator named, next to another upstream',
      {
        ...OAUTH,
        FEISHU_BASE_URL: 'https://proxy.example.com',
        FEISHU_ACCOUNTS_URL: 'https://login.example.com:8443/',
      },
      'https://login.example.com:8443',
    ],
  ])('is %s', (_, environment, origin) => {
    expect(accountsOf(environment)).toBe(origin);
  });

  test('is not derived from the brand if the operator named another upstream', () => {
    const faults = faultsOf({ ...OAUTH, FEISHU_BASE_URL: 'https://proxy.example.com' });
    expect(faults).toEqual([
      expect.stringMatching(/^FEISHU_ACCOUNTS_URL: expected the origin of oauth\/v3\/token/),
    ]);
  });

  test.each([
    [{ ...OAUTH, FEISHU_ACCOUNTS_URL: 'http://accounts.feishu.cn' }, 'an https:// origin'],
    [{ ...OAUTH, FEISHU_ACCOUNTS_URL: 'https://accounts.feishu.cn/oauth' }, 'without a path'],
    [
      { ...CREDENTIALS, FEISHU_ACCOUNTS_URL: 'https://accounts.feishu.cn' },
      'expected FEISHU_TOKEN_ENDPOINT=oauth_v3',
    ],
    [{ ...CREDENTIALS, FEISHU_TOKEN_ENDPOINT: 'v4' }, 'one of tenant_access_token, oauth_v3'],
  ])('is a fault in %j', (environment, fault) => {
    expect(faultsOf(environment)).toEqual([expect.stringContaining(fault)]);
  });
});

describe('a store app', () => {
  const STORE = {
    FEISHU_APP_ID: 'cli_a1b2c3',
    FEISHU_APP_SECRET: APP_SECRET,
    FEISHU_APP_TYPE: 'store',
    AUTH_SERVICE_TOKENS: `svc:${'a'.repeat(64)}@acme`,
  };
  const EVENTS = { FEISHU_EVENT_VERIFICATION_TOKEN: 'v-token-of-the-app' };

  test('needs the webhook to which Feishu sends its ticket', () => {
    expect(faultsOf({ ...STORE, ...EVENTS })).toEqual([]);
    expect(faultsOf(STORE)).toEqual([
      expect.stringMatching(
        /^FEISHU_EVENT_VERIFICATION_TOKEN: expected it with FEISHU_APP_TYPE=store/,
      ),
    ]);
  });

  test('has no token from oauth/v3/token', () => {
    expect(faultsOf({ ...STORE, ...EVENTS, FEISHU_TOKEN_ENDPOINT: 'oauth_v3' })).toEqual([
      'FEISHU_TOKEN_ENDPOINT: expected none with FEISHU_APP_TYPE=store, got "oauth_v3"',
    ]);
  });
});

describe('the app secret', () => {
  test('is revealed to code that asks for it by name', () => {
    const { upstream } = loadConfig(CREDENTIALS);
    expect(upstream.kind === 'feishu' && upstream.appSecret.reveal()).toBe(APP_SECRET);
  });

  test('does not show in the configuration, however that is printed', () => {
    const config = loadConfig(CREDENTIALS);
    expect(JSON.stringify(config)).not.toContain(APP_SECRET);
    expect(inspect(config, { depth: null, showHidden: true })).not.toContain(APP_SECRET);
  });

  test.each([
    ['a malformed port', { ...CREDENTIALS, PORT: 'x' }],
    ['an app ID missing', { FEISHU_APP_SECRET: APP_SECRET }],
    ['AUTH_ANONYMOUS missing', { ...CREDENTIALS, AUTH_ANONYMOUS: undefined }],
    ['an upstream that is refused', { ...CREDENTIALS, FEISHU_BASE_URL: 'http://example.com' }],
  ])('does not show in a fault: %s', (_, environment) => {
    const faults = faultsOf(environment);
    expect(faults).not.toEqual([]);
    expect(inspect(new ConfigError(faults), { depth: null })).not.toContain(APP_SECRET);
  });
});

describe("The keys of Feishu's events", () => {
  test('are both secrets, and the encrypt key is optional', () => {
    const token = { FEISHU_EVENT_VERIFICATION_TOKEN: 'v-token' };
    const plain = loadConfig(token).events;
    expect([plain?.verificationToken.reveal(), plain?.encryptKey]).toEqual(['v-token', null]);
    const { events } = loadConfig({ ...token, FEISHU_EVENT_ENCRYPT_KEY: 'key' });
    expect(events?.encryptKey?.reveal()).toBe('key');
    expect(JSON.stringify(events)).toBe('{"encryptKey":"[secret]","verificationToken":"[secret]"}');
    expect(loadConfig({}).events).toBeUndefined();
  });

  test('are refused without the token, or with spaces, and are not quoted', () => {
    expect(faultsOf({ FEISHU_EVENT_ENCRYPT_KEY: 'key' })).toEqual([
      'FEISHU_EVENT_VERIFICATION_TOKEN: expected it with FEISHU_EVENT_ENCRYPT_KEY, got none. ' +
        "Feishu's console shows both on one page",
    ]);
    expect(faultsOf({ FEISHU_EVENT_VERIFICATION_TOKEN: 'a b' })).toEqual([
      'FEISHU_EVENT_VERIFICATION_TOKEN: expected a text of visible ASCII characters, without spaces, ' +
        'got a text of 3 characters',
    ]);
  });
});
