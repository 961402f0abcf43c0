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

const SOMEBODY: Principal = { kind: 'service', name: 'a', policy: 'all', ids: [] };

/** An authenticator that always says the same, and notes that it was asked. */
function saying(
  name: Authenticator['name'],
  outcome: Outcome | Error,
  asked: string[] = [],
): Authenticator {
  return {
    name,
    authenticate() {
      asked.push(name);
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
  const lines = Object.fromEntries(
    Object.entries<string | string[]>(headers).map(([name, value]) => [name, [value].flat()]),
  );
  const presented = credentialsIn(lines, '127.0.0.1', ['authorization']);
  const result = await authenticate(presented, request).catch((error: unknown) =>
    error instanceof GatewayError ? error.code : error,
  );
  return { result, rejections };
}

const TOKEN = { authorization: 'Bearer a' };

test('The first who knows the client decides, and those after it are not asked', async () => {
  const asked: string[] = [];
  const { result } = await outcome(
    [
      saying('router', SKIP, asked),
      saying('jwt', authenticated(SOMEBODY), asked),
      saying('feishu-user', rejected('expired'), asked),
    ],
    { headers: TOKEN },
  );
  expect(result).toBe(SOMEBODY);
  expect(asked).toEqual(['router', 'jwt']);
});

test('The first who refuses decides as well: nobody gets a second chance with the next', async () => {
  const asked: string[] = [];
  const { result, rejections } = await outcome(
    [
      saying('jwt', rejected('expired'), asked),
      saying('feishu-user', authenticated(SOMEBODY), asked),
    ],
    { headers: TOKEN, anonymous: true },
  );
  expect(result).toBe('UNAUTHENTICATED');
  expect(asked).toEqual(['jwt']);
  expect(rejections).toEqual([{ authenticator: 'jwt', reason: 'expired' }]);
});

test('What cannot be told now is not refused, and nobody else is asked instead', async () => {
  const down = new GatewayError('UPSTREAM_UNAVAILABLE', 'down');
  const { result, rejections } = await outcome(
    [saying('jwt', down), saying('feishu-user', authenticated(SOMEBODY))],
    { headers: TOKEN, anonymous: true },
  );
  expect(result).toBe('UPSTREAM_UNAVAILABLE');
  expect(rejections).toEqual([]);
});

test.each([
  ['no credentials, where they are needed', {}, false, 'UNAUTHENTICATED', 'no-credentials'],
  ['no credentials, where everybody may ask', {}, true, ANONYMOUS, undefined],
  ['credentials of nobody', TOKEN, false, 'UNAUTHENTICATED', 'unknown-credentials'],
  ['them where everybody may ask', TOKEN, true, 'UNAUTHENTICATED', 'unknown-credentials'],
])('Who brings %s', async (_, headers, anonymous, result, reason) => {
  const got = await outcome([saying('jwt', SKIP)], { headers, anonymous });
  expect(got.result).toEqual(result);
  expect(got.rejections.map((one) => one.reason)).toEqual(reason ? [reason] : []);
});

test('Credentials that are sent twice are refused before anybody judges them, and are just text where nobody is asked', async () => {
  const headers = { authorization: ['Bearer a', 'Bearer b'] };
  const authenticate = jest.fn();
  expect(await outcome([{ name: 'jwt', authenticate }], { anonymous: true, headers })).toEqual({
    result: 'UNAUTHENTICATED',
    rejections: [{ authenticator: 'none', reason: 'repeated-header' }],
  });
  expect(authenticate).not.toHaveBeenCalled();
  expect((await outcome([], { anonymous: true, headers })).rejections).toEqual([]);
});
