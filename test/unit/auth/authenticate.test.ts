import type { Rejection } from '../../../src/auth/audit';
import { createAuthenticate } from '../../../src/auth/authenticate';
import {
  authenticated,
  SKIP,
  rejected,
  type Authenticator,
  type Outcome,
} from '../../../src/auth/authenticator';
import { credentialsIn } from '../../../src/auth/request-credentials';
import { GatewayError } from '../../../src/domain/errors';
import { ANONYMOUS, type Principal } from '../../../src/domain/principal';
import { rawHeadersOf } from '../../support/raw-headers';

const PRINCIPAL: Principal = {
  kind: 'service',
  name: 'a',
  policy: 'all',
  ids: [],
  tenantKey: null,
};

/** An authenticator with one outcome, which notes each call. */
function authenticator(
  name: Authenticator['name'],
  outcome: Outcome | Error,
  called: string[] = [],
): Authenticator {
  return {
    name,
    authenticate() {
      called.push(name);
      return outcome instanceof Error ? Promise.reject(outcome) : outcome;
    },
  };
}

async function outcome(
  authenticators: readonly Authenticator[],
  { anonymous = false, headers = {} } = {},
) {
  const rejections: Rejection[] = [];
  const audit = { rejected: (rejection: Rejection) => void rejections.push(rejection) };
  const authenticate = createAuthenticate({ authenticators, anonymous, audit });
  const request = { requestId: '1', signal: new AbortController().signal };
  const presented = credentialsIn(rawHeadersOf(headers), '127.0.0.1', ['authorization']);
  const ask = async () => await authenticate(presented, request);
  const result = await ask().catch((error: unknown) =>
    error instanceof GatewayError ? error.code : error,
  );
  return { result, rejections };
}

const TOKEN = { authorization: 'Bearer a' };

test('Authentication waits, and reads the signal of a request, only if an authenticator waits', () => {
  const authenticate = createAuthenticate({
    authenticators: [authenticator('router', SKIP), authenticator('jwt', authenticated(PRINCIPAL))],
    anonymous: false,
    audit: { rejected: () => undefined },
  });
  const request = {
    requestId: '1',
    get signal(): AbortSignal {
      throw new Error('signal read');
    },
  };
  const credentials = credentialsIn(rawHeadersOf(TOKEN), '127.0.0.1', []);
  expect(authenticate(credentials, request)).toEqual(PRINCIPAL);
});

test('The first authenticator that knows the credentials decides, and later ones are not called', async () => {
  const called: string[] = [];
  const { result } = await outcome(
    [
      authenticator('router', SKIP, called),
      authenticator('jwt', authenticated(PRINCIPAL), called),
      authenticator('feishu-user', rejected('expired'), called),
    ],
    { headers: TOKEN },
  );
  expect(result).toBe(PRINCIPAL);
  expect(called).toEqual(['router', 'jwt']);
});

test('The first authenticator that rejects the credentials decides as well', async () => {
  const called: string[] = [];
  const { result, rejections } = await outcome(
    [
      authenticator('jwt', rejected('expired'), called),
      authenticator('feishu-user', authenticated(PRINCIPAL), called),
    ],
    { headers: TOKEN, anonymous: true },
  );
  expect(result).toBe('UNAUTHENTICATED');
  expect(called).toEqual(['jwt']);
  expect(rejections).toEqual([{ authenticator: 'jwt', reason: 'expired' }]);
});

test('An authenticator that fails ends the authentication with its error, and rejects nothing', async () => {
  const down = new GatewayError('UPSTREAM_UNAVAILABLE', 'down');
  const { result, rejections } = await outcome(
    [authenticator('jwt', down), authenticator('feishu-user', authenticated(PRINCIPAL))],
    { headers: TOKEN, anonymous: true },
  );
  expect(result).toBe('UPSTREAM_UNAVAILABLE');
  expect(rejections).toEqual([]);
});

test.each(['at once', 'later'])('An authenticator may answer %s', async (when) => {
  const called: string[] = [];
  const answer = (name: Authenticator['name'], given: Outcome): Authenticator => ({
    name,
    authenticate() {
      called.push(name);
      return when === 'later' ? Promise.resolve(given) : given;
    },
  });
  const { result, rejections } = await outcome(
    [answer('router', SKIP), answer('jwt', rejected('expired')), answer('feishu-user', SKIP)],
    { headers: TOKEN, anonymous: true },
  );
  expect(result).toBe('UNAUTHENTICATED');
  expect(called).toEqual(['router', 'jwt']);
  expect(rejections).toEqual([{ authenticator: 'jwt', reason: 'expired' }]);
});

test.each([
  ['no credentials, where they are required', {}, false, 'UNAUTHENTICATED', 'no-credentials'],
  ['no credentials, where anonymous requests are allowed', {}, true, ANONYMOUS, undefined],
  [
    'unknown credentials, where credentials are required',
    TOKEN,
    false,
    'UNAUTHENTICATED',
    'unknown-credentials',
  ],
  [
    'unknown credentials, where anonymous requests are allowed',
    TOKEN,
    true,
    'UNAUTHENTICATED',
    'unknown-credentials',
  ],
])('A request is authenticated or rejected: %s', async (_, headers, anonymous, result, reason) => {
  const got = await outcome([authenticator('jwt', SKIP)], { headers, anonymous });
  expect(got.result).toEqual(result);
  expect(got.rejections.map((one) => one.reason)).toEqual(reason ? [reason] : []);
});

test('Repeated credentials are rejected before any authenticator is called, and ignored where there is none', async () => {
  const headers = { authorization: ['Bearer a', 'Bearer b'] };
  const authenticate = jest.fn();
  expect(await outcome([{ name: 'jwt', authenticate }], { anonymous: true, headers })).toEqual({
    result: 'UNAUTHENTICATED',
    rejections: [{ authenticator: 'none', reason: 'repeated-header' }],
  });
  expect(authenticate).not.toHaveBeenCalled();
  expect((await outcome([], { anonymous: true, headers })).rejections).toEqual([]);
});
