import { decodeJwt, errors, jwtVerify, type JWTPayload } from 'jose';
import type { JWTVerifyGetKey, JWTVerifyOptions, JWTVerifyResult } from 'jose';
import type { Clock } from '../domain/clock';
import { errorName } from '../domain/error-name';
import type { UserIdType } from '../domain/user';
import type { Logger } from '../observability/logger';
import { SKIP, rejected, validUntil, type Authenticator, type Outcome } from './authenticator';
import { createFixedWindow } from './fixed-window';
import { createIssuerKeys } from './issuer-keys';
import { isAccessTokenType, toOutcome } from './jwt.claims';
import { reasonOf, WrongTokenType } from './jwt.faults';
import { inTenant } from './tenant';
import type { JwtTrust } from './trust';

export interface JwtAuthenticatorOptions {
  readonly trust: JwtTrust;
  /** The type of a user ID if neither the token nor the ID's prefix states it. */
  readonly unprefixed: UserIdType;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Verifies JWTs of one issuer. */
export function createJwtAuthenticator(options: JwtAuthenticatorOptions): Authenticator {
  const { trust, unprefixed, clock, log } = options;
  const lines = createFixedWindow(1, () => clock.now());
  const keys = createIssuerKeys({
    url: trust.jwksUrl,
    nowMs: () => clock.now(),
    onFailure(error) {
      if (lines.take()) log.error({ cause: errorName(error) }, 'issuer keys not fetched');
    },
  });

  /** @throws WrongTokenType or an error of jose if the token is invalid */
  async function verify(token: string): Promise<JWTPayload> {
    const { payload, protectedHeader } = await verifyWithMatchingKeys(keys.find, token, {
      issuer: trust.issuer,
      audience: trust.audience,
      algorithms: [...trust.algorithms],
      clockTolerance: trust.clockSkewSeconds,
      currentDate: new Date(clock.unixMs()),
      requiredClaims: ['exp'],
    });
    if (!isAccessTokenType(protectedHeader.typ)) throw new WrongTokenType();
    return payload;
  }

  /** The issuer may have published a new key: fetches the keys again if the token's key is unknown. */
  async function verifyAgain(token: string, error: unknown): Promise<JWTPayload> {
    const isUnknownKey = error instanceof errors.JWKSNoMatchingKey;
    if (!isUnknownKey || !(await keys.refetch())) throw error;
    return verify(token);
  }

  async function toTokenOutcome(token: string): Promise<Outcome> {
    await keys.ready();
    const payload = await verify(token).catch((error: unknown) => verifyAgain(token, error));
    const outcome = toOutcome(payload, trust, unprefixed);
    const { tenantClaim } = trust;
    const known = tenantClaim === null ? outcome : inTenant(outcome, payload[tenantClaim]);
    return validUntil(known, expiryOf(payload));
  }

  /** On the monotonic clock. */
  function expiryOf({ exp = 0 }: JWTPayload): number {
    return clock.now() + (exp + trust.clockSkewSeconds) * 1_000 - clock.unixMs();
  }

  return {
    name: 'jwt',
    authenticate({ bearer }) {
      if (bearer === undefined || issuerOf(bearer) !== trust.issuer) return SKIP;
      return toTokenOutcome(bearer).catch(toRejection);
    },
  };
}

/**
 * Rejects the token only for faults of its own.
 * @throws any other error: a GatewayError if the keys are unavailable, else a defect of the gateway or of a key
 */
function toRejection(error: unknown): Outcome {
  const reason = reasonOf(error);
  if (reason) return rejected(reason);
  throw error;
}

/** Without a `kid`, several keys may match a token: tries each until one verifies the signature. */
async function verifyWithMatchingKeys(
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

/** The issuer that a token claims. It is not verified, and only selects the authenticator. */
function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}
