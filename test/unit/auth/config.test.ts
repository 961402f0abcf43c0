import { inspect } from 'node:util';
import { loadConfig } from '../../../src/config';
import { sha256 } from '../../support/clients';
import { faultsOf, variablesIn } from '../../support/config-faults';

const APP = { FEISHU_APP_ID: 'cli_a', FEISHU_APP_SECRET: 'secret' };
const TOKENS = { AUTH_SERVICE_TOKENS: `reports:${sha256('a')}` };
const JWT = {
  AUTH_JWT_ISSUER: 'https://login.example.com',
  AUTH_JWT_AUDIENCE: 'gateway',
  AUTH_JWT_JWKS_URL: 'https://login.example.com/jwks.json',
};
const FEISHU = { AUTH_FEISHU_USERS: 'on' };
const ROUTER = { AUTH_ROUTER_SECRET: 'x'.repeat(32) };

describe('with a real app', () => {
  test.each([
    ['service tokens', TOKENS],
    ['an issuer', JWT],
    ['users of Feishu', { ...FEISHU, AUTH_FEISHU_TENANT_KEY: 'tenant' }],
    ['a router', ROUTER],
  ])('%s let the gateway start, and then credentials are required', (_, environment) => {
    expect(faultsOf({ ...APP, HOST: '0.0.0.0', ...environment })).toEqual([]);
    expect(loadConfig({ ...APP, ...environment }).auth.anonymous).toBe(false);
    const both = loadConfig({ ...APP, ...environment, AUTH_ANONYMOUS: 'all' });
    expect(both.auth.anonymous).toBe(true);
  });

  test('a start without any of them names every variable that helps', () => {
    const [fault, ...others] = faultsOf(APP);
    expect(others).toEqual([]);
    for (const name of [...Object.keys({ ...TOKENS, ...JWT, ...ROUTER }), 'AUTH_FEISHU_USERS=on']) {
      expect(fault).toContain(name);
    }
  });

  test('users of Feishu are those of one company, or of any with AUTH_FEISHU_TENANT_KEY=any', () => {
    expect(faultsOf({ ...APP, ...FEISHU })).toEqual([
      "AUTH_FEISHU_TENANT_KEY: expected the company's tenant_key with AUTH_FEISHU_USERS=on, got none " +
        '(set it to "any" to let in the users of every company)',
    ]);
    const any = loadConfig({ ...APP, ...FEISHU, AUTH_FEISHU_TENANT_KEY: 'any' });
    expect(any.auth.feishuUsers).toEqual({ tenantKey: null, bindsTenant: false });
    expect(loadConfig(FEISHU).auth.feishuUsers).toEqual({ tenantKey: null, bindsTenant: false });
  });

  test('a malformed variable is one fault, not also a missing one', () => {
    expect(faultsOf({ ...APP, AUTH_SERVICE_TOKENS: 'x' })).toHaveLength(1);
    expect(faultsOf({ ...APP, AUTH_ROUTER_SECRET: 'x' })).toHaveLength(1);
  });
});

test('The emulator requires credentials as soon as an authenticator is configured', () => {
  expect(loadConfig({}).auth.anonymous).toBe(true);
  expect(loadConfig(TOKENS).auth.anonymous).toBe(false);
});

test('The gateway runs with what the operator sets', () => {
  const { auth } = loadConfig({
    ...TOKENS,
    ...JWT,
    ...FEISHU,
    ...ROUTER,
    AUTH_JWT_ALGORITHMS: 'ES256, EdDSA',
    AUTH_JWT_CLOCK_SKEW_SECONDS: '5',
    AUTH_JWT_USER_ID_TYPE: 'UNION_ID',
    AUTH_JWT_ALL_SCOPE: 'hr',
    AUTH_FEISHU_TENANT_KEY: 'tenant',
    AUTH_ROUTER_USER_HEADER: 'X-Who',
    UPSTREAM_IDENTITY: 'caller',
    RATE_LIMIT_PER_MINUTE: '12',
  });
  expect(auth).toMatchObject({
    serviceTokens: [{ name: 'reports', sha256: sha256('a'), policy: 'all' }],
    jwt: {
      issuer: 'https://login.example.com',
      audience: 'gateway',
      algorithms: ['ES256', 'EdDSA'],
      clockSkewSeconds: 5,
      userClaim: 'sub',
      userIdType: 'UNION_ID',
      userIdTypeClaim: null,
      scopeClaim: 'scope',
      allScope: 'hr',
      reportsClaim: null,
    },
    feishuUsers: { tenantKey: 'tenant' },
    router: {
      secretHeader: 'x-router-secret',
      userHeader: 'x-who',
      allScope: null,
      reportsHeader: null,
    },
    upstreamIdentity: 'caller',
    requestsPerMinute: 12,
  });
});

test('Credentials list reports only where the operator names the claim or the header', () => {
  const named = { AUTH_JWT_REPORTS_CLAIM: 'reports', AUTH_ROUTER_REPORTS_HEADER: 'X-User-Reports' };
  const { auth } = loadConfig({ ...JWT, ...ROUTER, ...named });
  expect(auth.jwt).toMatchObject({ reportsClaim: 'reports' });
  expect(auth.router).toMatchObject({ reportsHeader: 'x-user-reports' });
});

test.each([
  [{ AUTH_JWT_ALGORITHMS: 'none' }],
  [{ AUTH_JWT_ALGORITHMS: 'HS256' }],
  [{ AUTH_JWT_ALGORITHMS: 'RS256,HS512' }],
  [{ AUTH_JWT_ALGORITHMS: 'RS256,' }],
  [{ AUTH_JWT_ALGORITHMS: 'rs256' }],
  [{ AUTH_JWT_JWKS_URL: 'http://login.example.com/jwks.json' }],
  [{ AUTH_JWT_JWKS_URL: 'http://127.0.0.1.example.com/jwks.json' }],
  [{ AUTH_JWT_JWKS_URL: 'login.example.com' }],
  [{ AUTH_JWT_CLOCK_SKEW_SECONDS: '301' }],
  [{ AUTH_JWT_USER_ID_TYPE: 'EMAIL' }],
  [{ AUTH_FEISHU_USERS: 'yes' }],
  [{ AUTH_ROUTER_USER_HEADER: 'x user' }],
  [{ AUTH_ROUTER_USER_HEADER: 'Authorization' }],
  [{ AUTH_ROUTER_REPORTS_HEADER: 'Authorization' }],
  [{ AUTH_ROUTER_REPORTS_HEADER: 'x reports' }],
  [{ UPSTREAM_IDENTITY: 'user' }],
  [{ RATE_LIMIT_PER_MINUTE: '-1' }],
])('%j is refused, and the fault names it', (wrong) => {
  const faults = faultsOf({ ...JWT, ...FEISHU, ...ROUTER, ...wrong });
  expect(variablesIn(faults)).toEqual(Object.keys(wrong));
});

test.each([
  ['a part of an issuer', { AUTH_JWT_ISSUER: 'https://a' }, 'AUTH_JWT_AUDIENCE, AUTH_JWT_JWKS_URL'],
  ['an audience without it', { AUTH_JWT_AUDIENCE: 'a' }, 'AUTH_JWT_ISSUER, AUTH_JWT_JWKS_URL'],
  ['a scope of no issuer', { AUTH_JWT_ALL_SCOPE: 'a' }, 'AUTH_JWT_ALL_SCOPE'],
  ['a list of no issuer', { AUTH_JWT_REPORTS_CLAIM: 'a' }, 'AUTH_JWT_REPORTS_CLAIM'],
  ['a list of no router', { AUTH_ROUTER_REPORTS_HEADER: 'a' }, 'AUTH_ROUTER_REPORTS_HEADER'],
  ['a list of users', { ...JWT, AUTH_JWT_REPORTS_CLAIM: 'sub' }, 'AUTH_JWT_REPORTS_CLAIM'],
  ['a list of scopes', { ...JWT, AUTH_JWT_REPORTS_CLAIM: 'scope' }, 'AUTH_JWT_REPORTS_CLAIM'],
  [
    'a list of companies',
    { ...JWT, AUTH_JWT_REPORTS_CLAIM: 'tenant_key' },
    'AUTH_JWT_REPORTS_CLAIM',
  ],
  [
    'a list in the name of clients',
    { ...JWT, ...FEISHU, UPSTREAM_IDENTITY: 'caller', AUTH_JWT_REPORTS_CLAIM: 'a' },
    'AUTH_JWT_REPORTS_CLAIM',
  ],
  [
    'a list of a router in the name of clients',
    { ...ROUTER, ...FEISHU, UPSTREAM_IDENTITY: 'caller', AUTH_ROUTER_REPORTS_HEADER: 'a' },
    'AUTH_ROUTER_REPORTS_HEADER',
  ],
  ['a header of no router', { AUTH_ROUTER_USER_HEADER: 'a' }, 'AUTH_ROUTER_USER_HEADER'],
  ['a company of no users', { AUTH_FEISHU_TENANT_KEY: 'a' }, 'AUTH_FEISHU_TENANT_KEY'],
  ['clients’ tokens without users of Feishu', { UPSTREAM_IDENTITY: 'caller' }, 'UPSTREAM_IDENTITY'],
  [
    'a type and a claim that holds one',
    { ...JWT, AUTH_JWT_USER_ID_TYPE: 'USER_ID', AUTH_JWT_USER_ID_TYPE_CLAIM: 'a' },
    'AUTH_JWT_USER_ID_TYPE',
  ],
  [
    'one header for two purposes',
    { ...ROUTER, AUTH_ROUTER_USER_HEADER: 'X-Router-Secret' },
    'AUTH_ROUTER_SECRET_HEADER, AUTH_ROUTER_USER_HEADER, AUTH_ROUTER_USER_ID_TYPE_HEADER, AUTH_ROUTER_SCOPES_HEADER, AUTH_ROUTER_TENANT_HEADER, AUTH_ROUTER_REPORTS_HEADER',
  ],
  [
    'one header for scopes and reports',
    { ...ROUTER, AUTH_ROUTER_REPORTS_HEADER: 'X-User-Scopes' },
    'AUTH_ROUTER_SECRET_HEADER, AUTH_ROUTER_USER_HEADER, AUTH_ROUTER_USER_ID_TYPE_HEADER, AUTH_ROUTER_SCOPES_HEADER, AUTH_ROUTER_TENANT_HEADER, AUTH_ROUTER_REPORTS_HEADER',
  ],
  [
    'one token for two services',
    { AUTH_SERVICE_TOKENS: `a:${sha256('x')},b:${sha256('x').toUpperCase()}` },
    'AUTH_SERVICE_TOKENS',
  ],
  [
    'a service called like the router',
    { AUTH_SERVICE_TOKENS: `router:${sha256('x')}` },
    'AUTH_SERVICE_TOKENS',
  ],
])('Variables that contradict each other are refused: %s', (_, environment, name) => {
  expect(variablesIn(faultsOf(environment))).toEqual([name]);
});

describe('a secret in the wrong place', () => {
  test.each([
    ['AUTH_SERVICE_TOKENS', 'reports:my-plain-token'],
    ['AUTH_SERVICE_TOKENS', `my-plain-token:${sha256('a')}:self`],
    ['AUTH_SERVICE_TOKENS', `my-plain-token,reports:${sha256('a')}`],
    ['AUTH_ROUTER_SECRET', 'my-plain-token'],
  ])('is not repeated in the fault of %s=%s', (name, value) => {
    const faults = faultsOf({ [name]: value });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(new RegExp(`^${name}: expected .*, got a text of \\d+ characters$`));
    expect(faults[0]).not.toContain('my-plain-token');
  });

  test('does not show in the configuration, however that is printed', () => {
    const config = loadConfig(ROUTER);
    expect(inspect(config, { depth: null }) + JSON.stringify(config)).not.toContain('xxx');
  });
});

test.each([['short'], [`${'x'.repeat(31)} `], [`${'x'.repeat(32)} x`], ['ü'.repeat(32)]])(
  'A router secret that no header can carry unchanged is refused without being repeated: %j',
  (secret) => {
    expect(faultsOf({ AUTH_ROUTER_SECRET: secret })).toEqual([
      'AUTH_ROUTER_SECRET: expected at least 32 visible ASCII characters, without spaces, ' +
        `got a text of ${secret.length} characters`,
    ]);
  },
);

test('A service with the name of the router is refused, and the fault quotes the name', () => {
  expect(faultsOf({ AUTH_SERVICE_TOKENS: `router:${sha256('x')}` })).toEqual([
    'AUTH_SERVICE_TOKENS: expected names other than the reserved "router", got "router"',
  ]);
});

test('A service with the policy `self` is refused, and the fault says why', () => {
  expect(faultsOf({ AUTH_SERVICE_TOKENS: `a:${sha256('x')}:self` })).toEqual([
    'AUTH_SERVICE_TOKENS: expected name:sha256-hex or name:sha256-hex:all, separated by commas ' +
      '(a service has no user ID, so "all" is the only policy), each with @tenant_key for a store app, ' +
      'got a text of 71 characters',
  ]);
});
