import { ConfigError, loadConfig } from '../../../src/config';
import { CREDENTIALS, faultsOf, variablesIn } from '../../support/config-faults';

describe('the gateway with an empty environment', () => {
  test('answers from the emulator on port 4000 of this machine, with the documented defaults', () => {
    expect(loadConfig({})).toEqual({
      production: false,
      host: '127.0.0.1',
      port: 4_000,
      upstream: { kind: 'emulator' },
      appType: 'custom',
      maxTenants: 5_000,
      quota: { calls: 20, windowSeconds: 60 },
      filterStrategy: 'auto',
      cache: { freshSeconds: 60, staleSeconds: 3_600, maxUsers: 100_000 },
      redisUrl: null,
      entityUserIdType: 'USER_ID',
      federationUserKey: 'id',
      federationUserRootFields: true,
      maxCallsPerOperation: 20,
      persistedOperations: undefined,
      mcp: false,
      explorer: { graphiql: true, apollo: true },
      requestDeadlineMs: 15_000,
      auth: {
        anonymous: true,
        serviceTokens: [],
        jwt: null,
        feishuUsers: null,
        router: null,
        upstreamIdentity: 'app',
        requestsPerMinute: 6_000,
        concurrency: { self: 20, other: 1_000, tenant: null },
        streams: { self: 10, other: 1_000, tenant: null },
      },
      subscriptionCallbackUrls: [],
      trustedProxies: [],
      corsOrigins: ['https://studio.apollographql.com'],
      logLevel: 'info',
    });
  });

  test('takes an empty variable as not set', () => {
    const names = ['NODE_ENV', 'HOST', 'PORT', 'FEISHU_APP_ID', 'FEISHU_APP_SECRET', 'LOG_LEVEL'];
    const more = ['FEISHU_BRAND', 'FEISHU_BASE_URL', 'FEISHU_QUOTA_CALLS', 'CORS_ORIGINS'];
    const others = ['FEISHU_QUOTA_WINDOW_SECONDS', 'ENTITY_USER_ID_TYPE', 'REQUEST_DEADLINE_MS'];
    const edge = ['TRUST_PROXY', 'CONCURRENCY_LIMIT', 'CONCURRENCY_LIMIT_SELF'];
    const limits = ['MAX_CALLS_PER_OPERATION', 'PERSISTED_OPERATIONS', 'EXPLORER', 'MCP'];
    const federation = ['FEDERATION_USER_KEY', 'FEDERATION_USER_ROOT_FIELDS'];
    const all = [...names, ...more, ...others, ...limits, ...federation, ...edge, 'AUTH_ANONYMOUS'];
    const blank = Object.fromEntries(all.map((name) => [name, '']));
    expect(loadConfig(blank)).toEqual(loadConfig({}));
  });

  test('ignores variables that are not its own', () => {
    expect(loadConfig({ PATH: '/usr/bin', GIT_DIR: undefined })).toEqual(loadConfig({}));
  });
});

describe('a value that the operator sets', () => {
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
    ['REDIS_URL', 'redis+sentinel://user:secret@one:26379,two,[::1]:26380/mymaster'],
    ['REDIS_URL', 'rediss+sentinel://one/my-master.1/2'],
    ['HOST', 'localhost'],
    ['HOST', '::1'],
    ['TRUST_PROXY', '10.0.0.1'],
    ['TRUST_PROXY', '10.0.0.0/8, 192.168.1.1/32, fd00::/8, ::1'],
  ])('may be %s=%s', (name, value) => {
    expect(faultsOf({ [name]: value })).toEqual([]);
  });

  const PORT = 'a port number from 0 to 65535';
  const DEADLINE = 'a whole number of milliseconds from 100 to 600000';
  const REDIS =
    'redis://, rediss:// or redis+sentinel://host:port,host2:port/master, with a user and password if need be';
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
    ['EXPLORER', 'yes', 'one of on, off, graphiql, apollo'],
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
  ])('is refused with what was expected and what was set: %s=%s', (name, value, expected) => {
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
    'redis+sentinel://one:26379',
    'redis+sentinel://one:99999/mymaster',
    'redis+sentinel://one,,two/mymaster',
    'redis+sentinel://one/mymaster/queue',
    'redis+cluster://one:6379,two:6379',
  ])('is refused without being repeated: REDIS_URL=%s', (REDIS_URL) => {
    expect(faultsOf({ REDIS_URL })).toEqual([
      `REDIS_URL: expected ${REDIS}, got a text of ${REDIS_URL.length} characters`,
    ]);
  });

  test.each([
    'redis//:hunter2-secret',
    'redis://:hunter2-secret%40host',
    'redis://u:%ffhunter2-secret@host',
    'redis://host/queue?password=hunter2-secret',
  ])('is not repeated in part, with the password in it: REDIS_URL=%s', (REDIS_URL) => {
    const faults = faultsOf({ REDIS_URL });
    expect(faults[0]).toMatch(/^REDIS_URL: expected .*, got a text of \d+ characters$/);
    expect(faults.join()).not.toContain('hunter2');
  });
});

describe('an environment with several faults', () => {
  test('is reported in one error with one line for each fault', () => {
    const environment = {
      NODE_ENV: 'production',
      HOST: '0.0.0.0',
      PORT: 'x',
      LOG_LEVEL: 'loud',
      FEISHU_BRAND: 'acme',
      FEISHU_BASE_URL: 'ftp://files.example.com',
    };
    const faults = faultsOf(environment);
    expect(variablesIn(faults).sort()).toEqual([
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

  test('reports a missing secret together with a malformed port', () => {
    const environment = { FEISHU_APP_ID: 'cli_a', AUTH_ANONYMOUS: 'all', PORT: 'x' };
    expect(variablesIn(faultsOf(environment))).toEqual(['PORT', 'FEISHU_APP_SECRET']);
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
