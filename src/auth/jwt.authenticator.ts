import {
  createRemoteJWKSet,
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
import { personOf, readUser } from './person';
import { policyOf } from './policy';
import type { JwtTrust } from './trust';

export interface JwtAuthenticatorOptions {
  readonly trust: JwtTrust;
  readonly unprefixed: UserIdType;
  readonly clock: Clock;
  readonly log: Logger;
}

const JWKS_TIMEOUT_MS = 3_000;
/** So long a key that the issuer has taken back may still open the gateway, while the issuer is up. */
const RENEW_AFTER_MS = 10 * 60_000;
/** How long known keys stay valid while the issuer is unreachable. */
const KEEP_MS = 24 * 60 * 60_000;
/** A renewal delays the request that triggers it, so start one at most once a minute. */
const PAUSE_BETWEEN_RENEWALS_MS = 60_000;
/** Keys that the issuer has not published cannot make the gateway fetch again and again. */
const PAUSE_BETWEEN_SEARCHES_MS = 30_000;
/** After a fetch that failed, no token makes another one for this long, unless there are known keys. */
const PAUSE_AFTER_FAILURE_MS = 1_000;

/** Tokens of one issuer. Its keys are fetched when one is needed that is not known yet, and kept. */
export function createJwtAuthenticator(options: JwtAuthenticatorOptions): Authenticator {
  const { trust, unprefixed, clock, log } = options;
  const keys = createRemoteJWKSet(new URL(trust.jwksUrl), {
    timeoutDuration: JWKS_TIMEOUT_MS,
    // jose counts these by the wall clock, which may step: when to fetch is decided here.
    cacheMaxAge: Infinity,
    cooldownDuration: Infinity,
  });
  const lines = createBudget(1, () => clock.now());
  let fetchedAtMs = -Infinity;
  let failedAtMs = -Infinity;

  const sinceFetchMs = () => clock.now() - fetchedAtMs;
  const sinceFailureMs = () => clock.now() - failedAtMs;

  async function fetchKeys(): Promise<void> {
    await keys.reload();
    fetchedAtMs = clock.now();
  }

  function noteFailure(error: unknown): void {
    failedAtMs = clock.now();
    if (lines.take()) log.error({ cause: nameOf(error) }, "the issuer's keys cannot be fetched");
  }

  /** While the issuer is down, the keys that are known are as good as before. */
  async function renew(): Promise<void> {
    if (sinceFetchMs() >= KEEP_MS) {
      if (sinceFailureMs() < PAUSE_AFTER_FAILURE_MS) throw noKeys();
      await fetchKeys();
    } else if (sinceFetchMs() >= RENEW_AFTER_MS && sinceFailureMs() >= PAUSE_BETWEEN_RENEWALS_MS) {
      await fetchKeys().catch(noteFailure);
    }
  }

  function read(token: string): Promise<JWTPayload> {
    return payloadOf(token, keys, {
      issuer: trust.issuer,
      audience: trust.audience,
      algorithms: [...trust.algorithms],
      clockTolerance: trust.clockSkewSeconds,
      currentDate: new Date(clock.unixMs()),
      requiredClaims: ['exp', trust.userClaim],
    });
  }

  /** A token of a key that is not known may be the first of a new one. */
  async function readWithNewKeys(token: string, error: unknown): Promise<JWTPayload> {
    const isUnknown = error instanceof errors.JWKSNoMatchingKey;
    if (!isUnknown || sinceFetchMs() < PAUSE_BETWEEN_SEARCHES_MS) throw error;
    await fetchKeys();
    return read(token);
  }

  async function verify(token: string): Promise<Verdict> {
    await renew();
    const payload = await read(token).catch((error: unknown) => readWithNewKeys(token, error));
    return toVerdict(payload, trust, unprefixed);
  }

  /** That the provider is down is the provider's fault, not the token's. */
  function explain(error: unknown): Verdict {
    const reason = reasonOf(error);
    if (reason) return rejected(reason);
    if (error instanceof GatewayError) throw error;
    noteFailure(error);
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
