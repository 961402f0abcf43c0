import { inspect } from 'node:util';
import { ConfigError, loadConfig } from '../../src/config';

type Environment = Parameters<typeof loadConfig>[0];

const SECRET = 'dskLLdkasdjlasdKK-dskLLdkasdjlasdKK';
const CREDENTIALS = {
  FEISHU_APP_ID: 'cli_a1b2c3',
  FEISHU_APP_SECRET: SECRET,
  AUTH_ANONYMOUS: 'all',
};

/** The faults that keep the gateway from starting; none if it starts. */
function faultsOf(environment: Environment): readonly string[] {
  try {
    loadConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

const namesOf = (faults: readonly string[]) => faults.map((fault) => fault.split(':')[0]);

describe('the gateway with an empty environment', () => {
  test('answers from the emulator on port 4000 of this machine, with the documented defaults', () => {
    expect(loadConfig({})).toEqual({
      production: false,
      host: '127.0.0.1',
      port: 4_000,
      upstream: { kind: 'emulator' },
      quota: { calls: 20, windowSeconds: 60 },
      filterStrategy: 'auto',
      cache: { freshSeconds: 60, staleSeconds: 3_600, maxUsers: 100_000 },
      redisUrl: null,
      entityUserIdType: 'USER_ID',
      federationUserKey: 'id',
      federationUserRootFields: true,
      maxCallsPerOperation: 20,
      persistedOperations: undefined,
      explorer: true,
      requestDeadlineMs: 15_000,
      auth: {
        anonymous: true,
        serviceTokens: [],
        jwt: null,
        feishuUsers: null,
        router: null,
        upstreamIdentity: 'app',
        requestsPerMinute: 6_000,
        concurrency: { self: 20, other: 1_000 },
      },
      trustedProxies: [],
      corsOrigins: [],
      logLevel: 'info',
    });
  });

  test('takes a variable that is set to nothing as not set', () => {
    const names = ['NODE_ENV', 'HOST', 'PORT', 'FEISHU_APP_ID', 'FEISHU_APP_SECRET', 'LOG_LEVEL'];
    const more = ['FEISHU_BRAND', 'FEISHU_BASE_URL', 'FEISHU_QUOTA_CALLS', 'CORS_ORIGINS'];
    const others = ['FEISHU_QUOTA_WINDOW_SECONDS', 'ENTITY_USER_ID_TYPE', 'REQUEST_DEADLINE_MS'];
    const edge = ['TRUST_PROXY', 'CONCURRENCY_LIMIT', 'CONCURRENCY_LIMIT_SELF'];
    const limits = ['MAX_CALLS_PER_OPERATION', 'PERSISTED_OPERATIONS', 'EXPLORER'];
    const federation = ['FEDERATION_USER_KEY', 'FEDERATION_USER_ROOT_FIELDS'];
    const all = [...names, ...more, ...others, ...limits, ...federation, ...edge, 'AUTH_ANONYMOUS'];
    const blank = Object.fromEntries(all.map((name) => [name, '']));
    expect(loadConfig(blank)).toEqual(loadConfig({}));
  });

  test('does not mind variables that are not its own', () => {
    expect(loadConfig({ PATH: '/usr/bin', GIT_DIR: undefined })).toEqual(loadConfig({}));
  });
});

describe('what the operator sets', () => {
  test('is what the gateway runs with', () => {
    const environment = {
      ...CREDENTIALS,
      NODE_ENV: 'production',
      HOST: '0.0.0.0',
      PORT: '8080',
      FEISHU_QUOTA_CALLS: '7',
      FEISHU_QUOTA_WINDOW_SECONDS: '30',
      ENTITY_USER_ID_TYPE: 'PEOPLE_ADMIN_ID',
      FEDERATION_USER_ROOT_FIELDS: 'off',
      REQUEST_DEADLINE_MS: '2500',
      CORS_ORIGINS: 'https://app.example.com, http://localhost:3000',
      LOG_LEVEL: 'debug',
    };
    expect(loadConfig(environment)).toMatchObject({
      production: true,
      host: '0.0.0.0',
      port: 8_080,
      upstream: { kind: 'feishu', appId: 'cli_a1b2c3' },
      quota: { calls: 7, windowSeconds: 30 },
      entityUserIdType: 'PEOPLE_ADMIN_ID',
      federationUserRootFields: false,
      requestDeadlineMs: 2_500,
      corsOrigins: ['https://app.example.com', 'http://localhost:3000'],
      logLevel: 'debug',
    });
  });

  test.each([
    ['PORT', '0'],
    ['PORT', '65535'],
    ['FEISHU_QUOTA_CALLS', '1'],
    ['FEISHU_QUOTA_WINDOW_SECONDS', '86400'],
    ['REQUEST_DEADLINE_MS', '100'],
    ['REQUEST_DEADLINE_MS', '600000'],
    ['LOG_LEVEL', 'silent'],
    ['REDIS_URL', 'redis://localhost'],
    ['REDIS_URL', 'rediss://user:secret@redis.example.com:6380/2'],
    ['HOST', 'localhost'],
    ['HOST', '::1'],
    ['TRUST_PROXY', '10.0.0.1'],
    ['TRUST_PROXY', '10.0.0.0/8, 192.168.1.1/32, fd00::/8, ::1'],
  ])('may be %s=%s', (name, value) => {
    expect(faultsOf({ [name]: value })).toEqual([]);
  });

  const PORT = 'a port number from 0 to 65535';
  const DEADLINE = 'a whole number of milliseconds from 100 to 600000';
  const REDIS = 'redis://host:port or rediss://…, with a user and password if need be';
  const PROXIES = 'IP addresses or CIDRs such as 10.0.0.0/8, separated by commas';
  const ORIGINS = 'origins such as https://app.example.com, separated by commas';

  test.each([
    ['PORT', '65536', PORT],
    ['PORT', '-1', PORT],
    ['PORT', '4000.5', PORT],
    ['PORT', '0x10', PORT],
    ['PORT', '1e3', PORT],
    ['PORT', ' ', PORT],
    ['PORT', '4000 ', PORT],
    ['PORT', 'http', PORT],
    ['FEISHU_QUOTA_CALLS', '0', 'a whole number of calls from 1 to 1000000'],
    ['FEISHU_QUOTA_CALLS', '1000001', 'a whole number of calls from 1 to 1000000'],
    ['FEISHU_QUOTA_WINDOW_SECONDS', '0', 'a whole number of seconds from 1 to 86400'],
    ['FEISHU_QUOTA_WINDOW_SECONDS', '86401', 'a whole number of seconds from 1 to 86400'],
    ['REQUEST_DEADLINE_MS', '99', DEADLINE],
    ['REQUEST_DEADLINE_MS', '600001', DEADLINE],
    ['REQUEST_DEADLINE_MS', '15s', DEADLINE],
    ['FEISHU_BRAND', 'Feishu', 'one of feishu, lark'],
    ['ENTITY_USER_ID_TYPE', 'open_id', 'one of OPEN_ID, UNION_ID, USER_ID, PEOPLE_ADMIN_ID'],
    ['FEDERATION_USER_KEY', 'open_id', 'one of id, openId, unionId, userId'],
    ['FEDERATION_USER_ROOT_FIELDS', 'false', 'one of on, off'],
    ['MAX_CALLS_PER_OPERATION', '0', 'a whole number of calls from 1 to 200'],
    ['EXPLORER', 'yes', 'one of on, off'],
    ['AUTH_ANONYMOUS', 'none', '"all"'],
    ['LOG_LEVEL', 'loud', 'one of fatal, error, warn, info, debug, trace, silent'],
    ['TRUST_PROXY', 'true', PROXIES],
    ['TRUST_PROXY', 'proxy.internal', PROXIES],
    ['TRUST_PROXY', '10.0.0.0/33', PROXIES],
    ['TRUST_PROXY', '0.0.0.0/0', PROXIES],
    ['TRUST_PROXY', '::/129', PROXIES],
    ['TRUST_PROXY', '10.0.0.0/8/8', PROXIES],
    ['TRUST_PROXY', '::ffff:10.0.0.0/104', PROXIES],
    ['TRUST_PROXY', '10.0.0.1,', PROXIES],
    ['CONCURRENCY_LIMIT', '0', 'a whole number of requests from 1 to 100000'],
    ['CONCURRENCY_LIMIT_SELF', '0', 'a whole number of requests from 1 to 100000'],
    ['CORS_ORIGINS', '*', ORIGINS],
    ['CORS_ORIGINS', 'https://app.example.com/', ORIGINS],
    ['CORS_ORIGINS', 'https://a.example,,https://b.example', ORIGINS],
  ])('is refused, with what was expected and what came, as %s=%s', (name, value, expected) => {
    expect(faultsOf({ [name]: value })).toEqual([
      `${name}: expected ${expected}, got ${JSON.stringify(value)}`,
    ]);
  });

  test.each([
    'localhost:6379',
    'http://localhost:6379',
    'redis://localhost/queue',
    'redis:',
    'redis://a%zz',
  ])('is refused without being repeated, as REDIS_URL=%s', (REDIS_URL) => {
    expect(faultsOf({ REDIS_URL })).toEqual([
      `REDIS_URL: expected ${REDIS}, got a text of ${REDIS_URL.length} characters`,
    ]);
  });

  test.each([
    'redis//:hunter2-secret',
    'redis://:hunter2-secret%40host',
    'redis://u:%ffhunter2-secret@host',
    'redis://host/queue?password=hunter2-secret',
  ])('repeats nothing of a REDIS_URL that it cannot use: %s', (REDIS_URL) => {
    const faults = faultsOf({ REDIS_URL });
    expect(faults[0]).toMatch(/^REDIS_URL: expected .*, got a text of \d+ characters$/);
    expect(faults.join()).not.toContain('hunter2');
  });
});

describe('an environment with several faults', () => {
  test('is reported as a whole, in one error, one line for each fault', () => {
    const environment = {
      NODE_ENV: 'production',
      HOST: '0.0.0.0',
      PORT: 'x',
      LOG_LEVEL: 'loud',
      FEISHU_BRAND: 'acme',
      FEISHU_BASE_URL: 'ftp://files.example.com',
    };
    const faults = faultsOf(environment);
    expect(namesOf(faults).sort()).toEqual([
      'AUTH_ANONYMOUS',
      'FEISHU_APP_ID, FEISHU_APP_SECRET',
      'FEISHU_BASE_URL',
      'FEISHU_BASE_URL',
      'FEISHU_BRAND',
      'LOG_LEVEL',
      'PORT',
    ]);
    const { message } = new ConfigError(faults);
    expect(message.split('\n')).toEqual([
      'invalid environment variables:',
      ...faults.map((fault) => `  - ${fault}`),
    ]);
  });

  test('tells of half a pair of credentials together with a number that is none', () => {
    const environment = { FEISHU_APP_ID: 'cli_a', AUTH_ANONYMOUS: 'all', PORT: 'x' };
    expect(namesOf(faultsOf(environment))).toEqual(['PORT', 'FEISHU_APP_SECRET']);
  });
});

describe('the credentials', () => {
  test.each([
    ['FEISHU_APP_SECRET', { FEISHU_APP_ID: 'cli_a' }],
    ['FEISHU_APP_ID', { FEISHU_APP_SECRET: SECRET }],
    ['FEISHU_APP_SECRET', { FEISHU_APP_ID: 'cli_a', FEISHU_APP_SECRET: '' }],
  ])('are refused when only %s is missing', (missing, given) => {
    expect(faultsOf({ ...given, AUTH_ANONYMOUS: 'all' })).toEqual([
      `${missing}: expected both FEISHU_APP_ID and FEISHU_APP_SECRET or neither, got one`,
    ]);
  });

  test('are needed in production, where nobody should be answered with invented people', () => {
    expect(faultsOf({ NODE_ENV: 'production' })).toEqual([
      'FEISHU_APP_ID, FEISHU_APP_SECRET: expected both in production, got neither ' +
        '(the embedded emulator answers with invented people)',
    ]);
    expect(faultsOf({ NODE_ENV: 'production', ...CREDENTIALS })).toEqual([]);
  });

  test('are needed with an upstream of its own', () => {
    expect(faultsOf({ FEISHU_BASE_URL: 'https://feishu.example.com' })).toEqual([
      'FEISHU_BASE_URL: expected FEISHU_APP_ID and FEISHU_APP_SECRET with it, got neither',
    ]);
  });
});

describe('the word that everybody may ask', () => {
  test.each([
    ['with real credentials', { ...CREDENTIALS, AUTH_ANONYMOUS: undefined }],
    ['when other machines can reach the port', { HOST: '0.0.0.0' }],
    ['when other machines can reach the port over IPv6', { HOST: '::' }],
    ['when other machines can reach the port by name', { HOST: 'gateway.internal' }],
    ['when the host only looks like this machine', { HOST: '127.0.0.1.example.com' }],
  ])('has to be given %s', (_, environment) => {
    const [fault, ...others] = faultsOf(environment);
    expect(others).toEqual([]);
    expect(fault).toMatch(/^AUTH_ANONYMOUS: expected "all" or another AUTH_ variable, got none\. /);
    expect(faultsOf({ ...environment, AUTH_ANONYMOUS: 'all' })).toEqual([]);
  });

  test.each([
    {},
    { HOST: '127.0.0.1' },
    { HOST: '127.0.0.2' },
    { HOST: 'localhost' },
    { HOST: '::1' },
  ])('need not be given for the emulator on this machine alone, as with %j', (environment) => {
    expect(faultsOf(environment)).toEqual([]);
  });
});

/** Where the secret would be sent. */
function originOf(environment: Environment): string {
  const { upstream } = loadConfig({ ...CREDENTIALS, ...environment });
  return upstream.kind === 'feishu' ? upstream.origin : 'the emulator';
}

describe('the place that the secret is sent to', () => {
  test.each([
    ['Feishu when nothing is said', {}, 'https://open.feishu.cn'],
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
    ['https://open.feishu.cn/?a=b', 'has a query'],
    ['https://open.feishu.cn/#a', 'has a fragment'],
    ['ftp://open.feishu.cn', 'is no web address'],
    ['open.feishu.cn', 'is a bare name'],
    ['https://', 'is nowhere'],
  ])('is not %s, which %s', (url) => {
    expect(faultsOf({ ...CREDENTIALS, FEISHU_BASE_URL: url })).toEqual([
      'FEISHU_BASE_URL: expected an https:// origin without a path (http:// only on this machine), ' +
        `got ${JSON.stringify(url)}`,
    ]);
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

describe('the app secret', () => {
  test('reaches whoever asks for it by name', () => {
    const { upstream } = loadConfig(CREDENTIALS);
    expect(upstream.kind === 'feishu' && upstream.appSecret.reveal()).toBe(SECRET);
  });

  test('does not show in the configuration, however that is printed', () => {
    const config = loadConfig(CREDENTIALS);
    expect(JSON.stringify(config)).not.toContain(SECRET);
    expect(inspect(config, { depth: null, showHidden: true })).not.toContain(SECRET);
  });

  test.each([
    ['a number that is none', { ...CREDENTIALS, PORT: 'x' }],
    ['an app ID missing', { FEISHU_APP_SECRET: SECRET }],
    ['nobody named who may ask', { ...CREDENTIALS, AUTH_ANONYMOUS: undefined }],
    ['an upstream that is refused', { ...CREDENTIALS, FEISHU_BASE_URL: 'http://example.com' }],
  ])('does not show in the fault that is reported with %s', (_, environment) => {
    const faults = faultsOf(environment);
    expect(faults).not.toEqual([]);
    expect(inspect(new ConfigError(faults), { depth: null })).not.toContain(SECRET);
  });
});

describe('the configuration of a running gateway', () => {
  test('cannot be changed', () => {
    expect(Object.isFrozen(loadConfig({}))).toBe(true);
  });

  test.each(['upstream', 'quota', 'corsOrigins'] as const)(
    'cannot be changed in its %s',
    (part) => {
      expect(Object.isFrozen(loadConfig(CREDENTIALS)[part])).toBe(true);
    },
  );
});

describe('the Explorer and the schema', () => {
  test.each([
    ['are open', {}, true],
    ['are closed in production', { NODE_ENV: 'production', ...CREDENTIALS }, false],
    [
      'are open in production where that is asked for',
      { ...CREDENTIALS, NODE_ENV: 'production', EXPLORER: 'on' },
      true,
    ],
    ['are closed where that is asked for', { EXPLORER: 'off' }, false],
  ])('%s', (_, environment, explorer) => {
    expect(loadConfig(environment).explorer).toBe(explorer);
  });
});
