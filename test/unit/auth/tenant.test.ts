import type { Authenticator } from '../../../src/auth/authenticator';
import { toOutcome } from '../../../src/auth/feishu-user.outcome';
import { credentialsIn } from '../../../src/auth/request-credentials';
import { createRouterAuthenticator } from '../../../src/auth/router.authenticator';
import { createServiceTokenAuthenticator } from '../../../src/auth/service-token.authenticator';
import { inTenant } from '../../../src/auth/tenant';
import { loadConfig } from '../../../src/config';
import { ANONYMOUS } from '../../../src/domain/principal';
import { bearer, ROUTER_SECRET, SERVICE_TOKEN, sha256 } from '../../support/clients';
import { faultsOf, variablesIn } from '../../support/config-faults';
import { readEnvelope } from '../../../src/webhook/envelope';

const APP = { FEISHU_APP_ID: 'cli_a', FEISHU_APP_SECRET: 'secret' };
/** Feishu sends the ticket of a store app to the webhook. */
const WEBHOOK = { FEISHU_EVENT_VERIFICATION_TOKEN: 'v-token-of-the-app' };
const STORE = { ...APP, ...WEBHOOK, FEISHU_APP_TYPE: 'store' };
const DIGEST = sha256(SERVICE_TOKEN);
const OTHER_DIGEST = sha256('another');

const signal = new AbortController().signal;

async function authenticate(authenticator: Authenticator, headers: Record<string, string>) {
  const rawHeaders = Object.entries(headers).flat();
  const credentials = credentialsIn(rawHeaders, '10.0.0.1', Object.keys(headers));
  return authenticator.authenticate(credentials, { signal });
}

describe('the configuration of a store app', () => {
  test.each([
    ['a service token of one company', { AUTH_SERVICE_TOKENS: `reports:${DIGEST}@acme` }],
    ['users of Feishu, of any company', { AUTH_FEISHU_USERS: 'on' }],
    ['a router', { AUTH_ROUTER_SECRET: ROUTER_SECRET }],
  ])('starts with %s', (_, environment) => {
    expect(faultsOf({ ...STORE, ...environment })).toEqual([]);
  });

  test.each([
    ['AUTH_ANONYMOUS', { AUTH_ANONYMOUS: 'all' }],
    ['FEISHU_APP_TYPE', {}],
    ['AUTH_SERVICE_TOKENS', { AUTH_SERVICE_TOKENS: `a:${DIGEST}@acme,b:${OTHER_DIGEST}` }],
    ['AUTH_SERVICE_TOKENS', { AUTH_SERVICE_TOKENS: `a:${DIGEST}@ac me` }],
  ])('has a fault in %s', (variable, environment) => {
    expect(variablesIn(faultsOf({ ...STORE, ...environment }))).toEqual([variable]);
  });

  test('needs a real app, because the embedded emulator has one company', () => {
    expect(
      variablesIn(
        faultsOf({
          ...WEBHOOK,
          FEISHU_APP_TYPE: 'store',
          AUTH_SERVICE_TOKENS: `reports:${DIGEST}@acme`,
        }),
      ),
    ).toEqual(['FEISHU_APP_TYPE']);
  });

  test.each([
    ['AUTH_SERVICE_TOKENS', { AUTH_SERVICE_TOKENS: `reports:${DIGEST}@acme` }],
    ['AUTH_ROUTER_TENANT_HEADER', { AUTH_ROUTER_TENANT_HEADER: 'x-company' }],
    ['CONCURRENCY_LIMIT_TENANT', { CONCURRENCY_LIMIT_TENANT: '3' }],
  ])('is a fault with a custom app: %s', (variable, environment) => {
    const custom = { ...APP, AUTH_ROUTER_SECRET: ROUTER_SECRET, ...environment };
    expect(variablesIn(faultsOf(custom))).toEqual([variable]);
  });
});

test('A custom app may have a router header with the default name of the company’s header', () => {
  const router = { AUTH_ROUTER_SECRET: ROUTER_SECRET, AUTH_ROUTER_USER_HEADER: 'x-tenant-key' };
  expect(faultsOf({ ...APP, ...router })).toEqual([]);
  expect(faultsOf({ ...STORE, ...router })).toEqual([
    expect.stringContaining('expected different headers'),
  ]);
});

test.each(['a:ids', 'a:tenant:b', 'a b', 'a\n', 'ä', '*', 'x'.repeat(65)])(
  'An event whose company has another form is no event: %j',
  (tenantKey) => {
    const header = { event_id: 'e', event_type: 't', token: 'v', tenant_key: tenantKey };
    const first = { type: 'event_callback', uuid: 'e', token: 'v' };
    const event = { type: 't', tenant_key: tenantKey };
    expect(readEnvelope(JSON.stringify({ schema: '2.0', header }))).toBeUndefined();
    expect(readEnvelope(JSON.stringify({ ...first, event }))).toBeUndefined();
  },
);

describe('a service token', () => {
  const authenticatorOf = (environment: Record<string, string>) =>
    createServiceTokenAuthenticator(loadConfig(environment).auth.serviceTokens);

  test('reads the company that it is bound to', async () => {
    const tokens = `a:${DIGEST}@acme,b:${OTHER_DIGEST}:all@globex`;
    const authenticator = authenticatorOf({ ...STORE, AUTH_SERVICE_TOKENS: tokens });
    const tenants = ['acme', 'globex'];
    for (const [i, token] of [SERVICE_TOKEN, 'another'].entries()) {
      expect(await authenticate(authenticator, bearer(token))).toMatchObject({
        principal: { tenantKey: tenants[i], policy: 'all' },
      });
    }
  });

  test('has no company with a custom app', async () => {
    const authenticator = authenticatorOf({ ...APP, AUTH_SERVICE_TOKENS: `a:${DIGEST}` });
    expect(await authenticate(authenticator, bearer(SERVICE_TOKEN))).toMatchObject({
      principal: { tenantKey: null },
    });
  });
});

describe('a router', () => {
  const ask = (app: Record<string, string>, headers: Record<string, string>) => {
    const { router } = loadConfig({ ...app, AUTH_ROUTER_SECRET: ROUTER_SECRET }).auth;
    if (!router) throw new Error('no router');
    const authenticator = createRouterAuthenticator({ trust: router, unprefixed: 'USER_ID' });
    return authenticate(authenticator, headers);
  };
  const SECRET = { 'x-router-secret': ROUTER_SECRET };

  test.each([
    ['a person', { 'x-user-id': 'ou_a', 'x-tenant-key': 'acme' }],
    ['the router itself', { 'x-tenant-key': 'acme' }],
  ])('names the company of %s', async (_, headers) => {
    expect(await ask(STORE, { ...SECRET, ...headers })).toMatchObject({
      principal: { tenantKey: 'acme' },
    });
  });

  test.each([
    ['missing-tenant', {}],
    ['missing-tenant', { 'x-tenant-key': '' }],
    ['unusable-tenant', { 'x-tenant-key': 'acme:globex' }],
    ['unusable-tenant', { 'x-tenant-key': 'a'.repeat(65) }],
  ])('is rejected as %s with %j', async (reason, headers) => {
    expect(await ask(STORE, { ...SECRET, 'x-user-id': 'ou_a', ...headers })).toEqual({
      kind: 'rejected',
      reason,
    });
  });

  test('names a company in vain if it lacks the secret', async () => {
    expect(await ask(STORE, { 'x-tenant-key': 'acme' })).toEqual({ kind: 'skip' });
    expect(await ask(STORE, { 'x-router-secret': 'wrong', 'x-tenant-key': 'acme' })).toEqual({
      kind: 'rejected',
      reason: 'wrong-secret',
    });
  });

  test('names a company in vain with a custom app', async () => {
    const outcome = await ask(APP, { ...SECRET, 'x-user-id': 'ou_a', 'x-tenant-key': 'acme' });
    expect(outcome).toMatchObject({ principal: { tenantKey: null } });
  });
});

describe('a user of Feishu', () => {
  const USER = { openId: 'ou_a', unionId: 'on_a', userId: '6123', tenantKey: 'acme' };
  const STORE_TRUST = { tenantKey: null, bindsTenant: true };

  test('reads the data of their own company, also by their user ID', () => {
    expect(toOutcome(USER, STORE_TRUST)).toMatchObject({
      principal: {
        tenantKey: 'acme',
        ids: [{ id: 'ou_a' }, { id: 'on_a' }, { id: '6123', idType: 'USER_ID' }],
      },
    });
  });

  test('is rejected if Feishu names no company', () => {
    const outcome = toOutcome({ ...USER, tenantKey: null }, STORE_TRUST);
    expect(outcome).toEqual({ kind: 'rejected', reason: 'missing-tenant' });
  });

  test('is rejected if the gateway serves another company only', () => {
    const outcome = toOutcome(USER, { tenantKey: 'globex', bindsTenant: true });
    expect(outcome).toEqual({ kind: 'rejected', reason: 'other-tenant' });
  });
});

test.each([[7], [true], [['acme']], [{}]])('A claim that is no text is rejected: %j', (claim) => {
  const outcome = inTenant({ kind: 'authenticated', principal: ANONYMOUS }, claim);
  expect(outcome).toEqual({ kind: 'rejected', reason: 'unusable-tenant' });
});
