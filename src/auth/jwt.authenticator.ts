import {
  decodeJwt,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
} from 'jose';
import type { Clock } from '../domain/clock';
import { GatewayError } from '../domain/errors';
import type { UserIdType } from '../domain/user';
import type { Logger } from '../observability/logger';
import {
  known,
  NOT_MINE,
  rejected,
  type Authenticator,
  type RejectionReason,
  type Verdict,
} from './authenticator';
import { createBudget } from './budget';
import { createIssuerKeys, PAUSE_AFTER_FAILURE_MS } from './issuer-keys';
import { personOf, readUser } from './person';
import { policyOf } from './policy';
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
  const lines = createBudget(1, () => clock.now());
  const keys = createIssuerKeys({
    url: trust.jwksUrl,
    nowMs: () => clock.now(),
    onFailure(error) {
      if (lines.take()) log.error({ cause: nameOf(error) }, "the issuer's keys cannot be fetched");
    },
  });

  function read(token: string): Promise<JWTPayload> {
    return payloadOf(token, keys.find, {
      issuer: trust.issuer,
      audience: trust.audience,
      algorithms: [...trust.algorithms],
      clockTolerance: trust.clockSkewSeconds,
      currentDate: new Date(clock.unixMs()),
      requiredClaims: ['exp', trust.userClaim],
    });
  }

  /** A token of a key that is not known may be the first of a new one. */
  async function readAgain(token: string, error: unknown): Promise<JWTPayload> {
    const isUnknownKey = error instanceof errors.JWKSNoMatchingKey;
    if (!isUnknownKey || !(await keys.search())) throw error;
    return read(token);
  }

  async function verify(token: string): Promise<Verdict> {
    if (!(await keys.ready())) throw noKeys();
    const payload = await read(token).catch((error: unknown) => readAgain(token, error));
    return toVerdict(payload, trust, unprefixed);
  }

  /** That the provider is down is the provider's fault, not the token's. */
  function explain(error: unknown): Verdict {
    const reason = reasonOf(error);
    if (reason) return rejected(reason);
    if (error instanceof GatewayError) throw error;
    keys.noteFailure(error);
    throw noKeys();
  }

  return {
    name: 'jwt',
    judge({ bearer }) {
      if (bearer === undefined || issuerOf(bearer) !== trust.issuer) return NOT_MINE;
      return verify(bearer).catch(explain);
    },
  };
}

/** Without a `kid`, a token may be of any of the keys that fit; a wrong signature then means another key. */
async function payloadOf(
  token: string,
  keys: JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, keys, options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      try {
        return (await jwtVerify(token, key, options)).payload;
      } catch (fault) {
        if (!(fault instanceof errors.JWSSignatureVerificationFailed)) throw fault;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

function noKeys(): GatewayError {
  return new GatewayError(
    'UPSTREAM_UNAVAILABLE',
    "Whose token this is cannot be told now: the issuer's keys could not be fetched.",
    { retryAfterMs: PAUSE_AFTER_FAILURE_MS },
  );
}

/** Whom a token claims to be from. Not believed: it only chooses who looks at the token. */
function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

function toVerdict(payload: JWTPayload, trust: JwtTrust, unprefixed: UserIdType): Verdict {
  const told = trust.userIdTypeClaim === null ? undefined : payload[trust.userIdTypeClaim];
  const idType = told ?? trust.userIdType ?? undefined;
  const user = readUser(payload[trust.userClaim], idType, unprefixed);
  if (!user) return rejected('unusable-user');
  return known(personOf([user], policyOf(scopesIn(payload[trust.scopeClaim]), trust.allScope)));
}

/** A text with spaces between them, or a list. (RFC 8693, 4.2; some providers) */
function scopesIn(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ');
  return Array.isArray(claim) ? claim.filter((scope) => typeof scope === 'string') : [];
}

const REASONS: Readonly<Record<string, RejectionReason>> = {
  [errors.JWTExpired.code]: 'expired',
  [errors.JOSEAlgNotAllowed.code]: 'wrong-algorithm',
  [errors.JOSENotSupported.code]: 'wrong-algorithm',
  [errors.JWSSignatureVerificationFailed.code]: 'wrong-signature',
  [errors.JWKSNoMatchingKey.code]: 'unknown-key',
  [errors.JWSInvalid.code]: 'malformed',
  [errors.JWTInvalid.code]: 'malformed',
};

const REASONS_OF_CLAIMS: Readonly<Record<string, RejectionReason>> = {
  aud: 'wrong-audience',
  iss: 'wrong-issuer',
  nbf: 'not-yet-valid',
};

/** What is wrong with the token; `undefined` when it is something else that failed. */
function reasonOf(error: unknown): RejectionReason | undefined {
  if (error instanceof errors.JWTClaimValidationFailed) {
    return REASONS_OF_CLAIMS[error.claim] ?? 'missing-claim';
  }
  return error instanceof errors.JOSEError ? REASONS[error.code] : undefined;
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { cause } = error;
  const code = cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined;
  return code === undefined ? error.name : `${error.name} ${code}`;
}
