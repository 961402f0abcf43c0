import type { RequestCredentials } from '../../../src/auth/authenticator';
import { createJwtAuthenticator } from '../../../src/auth/jwt.authenticator';
import { createLogger } from '../../../src/observability/logger';
import { startIssuer } from '../../support/issuer';
import { ManualClock } from '../../support/manual-clock';

/** A clock whose wall time can be broken, which jose answers with a TypeError. */
class BreakableClock extends ManualClock {
  isBroken = false;
  override unixMs = (): number => (this.isBroken ? NaN : Date.now());
}

test('An error of the gateway itself is no failure to fetch the keys of the issuer', async () => {
  const clock = new BreakableClock();
  const issuer = await startIssuer();
  const lines: string[] = [];
  const authenticator = createJwtAuthenticator({
    trust: {
      issuer: issuer.url,
      audience: issuer.env['AUTH_JWT_AUDIENCE'] ?? '',
      jwksUrl: issuer.env['AUTH_JWT_JWKS_URL'] ?? '',
      algorithms: ['RS256'],
      clockSkewSeconds: 0,
      userClaim: 'sub',
      userIdType: null,
      userIdTypeClaim: null,
      scopeClaim: 'scope',
      allScope: null,
      reportsClaim: null,
      tenantClaim: null,
    },
    unprefixed: 'USER_ID',
    clock,
    log: createLogger('info', { write: (line) => void lines.push(line) }),
  });
  const credentials: RequestCredentials = {
    hasAuthorization: true,
    bearer: await issuer.sign({ sub: 'ou_a' }),
    header: () => undefined,
    isRepeated: false,
    address: '127.0.0.1',
  };
  const authenticate = async () => authenticator.authenticate(credentials, new AbortController());

  expect(await authenticate()).toMatchObject({ kind: 'authenticated' });
  clock.advance(10 * 60_000 - 1_000);
  clock.isBroken = true;
  await expect(authenticate()).rejects.toThrow(TypeError);
  expect(lines).toEqual([]);

  // The keys are renewed when they are due.
  clock.isBroken = false;
  clock.advance(1_000);
  expect(await authenticate()).toMatchObject({ kind: 'authenticated' });
  expect(issuer.fetches()).toBe(2);
  await issuer.close();
});
