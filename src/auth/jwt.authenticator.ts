import { decodeJwt, errors, jwtVerify, type JWTPayload } from 'jose';
import type { JWTVerifyGetKey, JWTVerifyOptions, JWTVerifyResult } from 'jose';
import type { Clock } from '../domain/clock';
import { errorName } from '../domain/error-name';
import { GatewayError } from '../domain/errors';
import type { UserIdType } from '../domain/user';
import type { Logger } from '../observability/logger';
import { SKIP, rejected, type Authenticator, type Outcome } from './authenticator';
import { createFixedWindow } from './fixed-window';
import { createIssuerKeys } from './issuer-keys';
import { isAccessTokenType, toOutcome } from './jwt.claims';
import { reasonOf, WrongTokenType } from './jwt.faults';
import type { JwtTrust } from './trust';

export interface JwtAuthenticatorOptions {
  readonly trust: JwtTrust;
  readonly unprefixed: UserIdType;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Tokens of one issuer. */
export function createJwtAuthenticator(options: JwtAuthenticatorOptions): Authenticator {
  const { trust, unprefixed, clock, log } = options;
  const lines = createFixedWindow(1, () => clock.now());
  const keys = createIssuerKeys({
    url: trust.jwksUrl,
    nowMs: () => clock.now(),
    onFailure(error) {
      if (lines.take())
        log.error({ cause: errorName(error) }, "the issuer's keys cannot be fetched");
    },
  });

  async function read(token: string): Promise<JWTPayload> {
    const { payload, protectedHeader } = await verifiedWith(keys.find, token, {
      issuer: trust.issuer,
      audience: trust.audience,
      algorithms: [...trust.algorithms],
      clockTolerance: trust.clockSkewSeconds,
      currentDate: new Date(clock.unixMs()),
      requiredClaims: ['exp', trust.userClaim],
    });
    if (!isAccessTokenType(protectedHeader.typ)) throw new WrongTokenType();
    return payload;
  }

  /** A token of a key that is not known may be the first of a new one. */
  async function readAgain(token: string, error: unknown): Promise<JWTPayload> {
    const isUnknownKey = error instanceof errors.JWKSNoMatchingKey;
    if (!isUnknownKey || !(await keys.search())) throw error;
    return read(token);
  }

  async function verify(token: string): Promise<Outcome> {
    await keys.ready();
    const payload = await read(token).catch((error: unknown) => readAgain(token, error));
    return toOutcome(payload, trust, unprefixed);
  }

  /** That the provider is down is the provider's fault, not the token's. */
  function explain(error: unknown): Outcome {
    const reason = reasonOf(error);
    if (reason) return rejected(reason);
    if (error instanceof GatewayError) throw error;
    throw keys.unavailable(error);
  }

  return {
    name: 'jwt',
    authenticate({ bearer }) {
      if (bearer === undefined || issuerOf(bearer) !== trust.issuer) return SKIP;
      return verify(bearer).catch(explain);
    },
  };
}

/** Without a `kid`, a token may be of any of the keys that fit; a wrong signature then means another key. */
async function verifiedWith(
  keys: JWTVerifyGetKey,
  token: string,
  options: JWTVerifyOptions,
): Promise<JWTVerifyResult> {
  try {
    return await jwtVerify(token, keys, options);
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      try {
        return await jwtVerify(token, key, options);
      } catch (fault) {
        if (!(fault instanceof errors.JWSSignatureVerificationFailed)) throw fault;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

/** Whom a token claims to be from. Not believed: it only chooses who looks at the token. */
function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}
