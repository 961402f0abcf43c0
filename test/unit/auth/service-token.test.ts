import crypto from 'node:crypto';
import type { Authenticator } from '../../../src/auth/authenticator';
import { digestOf, sameDigest } from '../../../src/auth/digest';
import { credentialsIn } from '../../../src/auth/request-credentials';
import { createRouterAuthenticator } from '../../../src/auth/router.authenticator';
import {
  createServiceTokenAuthenticator,
  findEntry,
} from '../../../src/auth/service-token.authenticator';
import { loadConfig } from '../../../src/config';
import { sha256 } from '../../support/clients';
import { rawHeadersOf } from '../../support/raw-headers';

// bench/load/service-token.bench.ts measures times; these tests count comparisons.

const entries = ['a', 'b', 'c', 'd'].map((name) => ({
  name,
  policy: 'all' as const,
  digest: digestOf(`token of ${name}`),
}));

function compared(presented: string): { found: string | undefined; looks: number } {
  let looks = 0;
  const entry = findEntry(entries, digestOf(presented), (a, b) => {
    looks += 1;
    return sameDigest(a, b);
  });
  return { found: entry?.name, looks };
}

test.each([
  ['it is the first', 'token of a', 'a'],
  ['it is in the middle', 'token of b', 'b'],
  ['it is the last', 'token of d', 'd'],
  ['it is unknown', 'token of e', undefined],
  ['it is empty', '', undefined],
  ['it is very long', 'x'.repeat(10_000), undefined],
])('A token is compared with all known ones: %s', (_, token, found) => {
  expect(compared(token)).toEqual({ found, looks: entries.length });
});

test('Digests have one length, whatever the token', () => {
  for (const text of ['', 'a', 'x'.repeat(100_000), '密钥', 'half \ud83d of a pair']) {
    expect(digestOf(text)).toHaveLength(32);
    expect(digestOf(text)).toEqual(crypto.createHash('sha256').update(text).digest());
  }
  expect(sameDigest(digestOf('a'), digestOf('a'))).toBe(true);
  expect(sameDigest(digestOf('a'), digestOf('b'))).toBe(false);
});

describe('an authenticator that compares secrets', () => {
  const compare = jest.spyOn(crypto, 'timingSafeEqual');
  beforeEach(() => compare.mockClear());
  afterAll(() => {
    compare.mockRestore();
  });
  const authenticate = (authenticator: Authenticator, lines: Record<string, string[]>) =>
    authenticator.authenticate(
      credentialsIn(rawHeadersOf(lines), '127.0.0.1', []),
      new AbortController(),
    );
  /** The lengths in bytes of all that was compared. */
  const comparedBytes = () => compare.mock.calls.map(([a, b]) => [a.byteLength, b.byteLength]);

  test.each(['token-a', 'token-c', 'unknown', 'x'.repeat(100)])(
    'compares a service token with each known one by its digest, in constant time: %s',
    async (token) => {
      const tokens = ['a', 'b', 'c'].map((name) => ({
        name,
        policy: 'all' as const,
        sha256: sha256(`token-${name}`),
        tenantKey: null,
      }));
      const authenticator = createServiceTokenAuthenticator(tokens);
      await authenticate(authenticator, { authorization: [`Bearer ${token}`] });
      expect(comparedBytes()).toEqual(Array(3).fill([32, 32]));
    },
  );

  test.each([
    ['x'.repeat(32), true],
    ['x'.repeat(31), false],
    ['', false],
    ['y'.repeat(32), false],
  ])('compares a router secret by its digest, in constant time: %j', async (presented, isRight) => {
    const { auth } = loadConfig({ AUTH_ROUTER_SECRET: 'x'.repeat(32) });
    if (!auth.router) throw new Error('a configuration: expected a router, got none');
    const authenticator = createRouterAuthenticator({ trust: auth.router, unprefixed: 'USER_ID' });
    const outcome = await authenticate(authenticator, { 'x-router-secret': [presented] });
    expect(outcome.kind).toBe(isRight ? 'authenticated' : 'rejected');
    expect(comparedBytes()).toEqual([[32, 32]]);
  });
});
