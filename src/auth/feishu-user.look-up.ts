import type { Clock } from '../domain/clock';
import { GatewayError } from '../domain/errors';
import type { Secret } from '../domain/secret';
import type { UserInfoSource } from '../feishu/ports';
import { createTtlCache } from '../ttl-cache';
import type { ExhaustedLimit } from './audit';
import type { FeishuUserTrust } from './auth.config';
import { validUntil, type Outcome } from './authenticator';
import { createFixedWindow } from './fixed-window';
import { toRejection, toOutcome } from './feishu-user.outcome';
import { createLookUpLimit } from './look-up-limit';

export interface TokenLookUpOptions {
  readonly users: UserInfoSource;
  readonly trust: FeishuUserTrust;
  readonly clock: Clock;
  readonly onNotLookedUp: (limit: ExhaustedLimit) => void;
}

/**
 * Returns the cached outcome of a token, or asks Feishu whose it is. Requests with the same token share one call.
 * @param key the digest of the token
 * @throws GatewayError `RATE_LIMITED` or `UPSTREAM_RATE_LIMITED` if a look-up limit is reached; an `UPSTREAM_…`
 * code if Feishu cannot verify the token now
 */
export type LookUpToken = (
  key: string,
  accessToken: Secret,
  address: string,
) => Outcome | Promise<Outcome>;

/** How long the gateway accepts a token after Feishu has revoked it. */
const ACCEPTED_TTL_MS = 5 * 60_000;
/** How long a rejected token costs no further call. Short, since Feishu may reject a token right after issuing it. */
const REJECTED_TTL_MS = 30_000;
const MAX_TOKENS = 20_000;
/** Keeps clients that guess tokens from spending the tenant's calls. */
const LOOKUPS_PER_MINUTE = 300;
/** In addition, for tokens that were accepted before, so that unknown tokens cannot lock out known users. */
const RESERVED_PER_MINUTE = 300;
/** How long a token counts as accepted before. */
const ACCEPTED_BEFORE_MS = 60 * 60_000;
/** The deadline of the shared call. Each request that waits for it has a deadline of its own. */
const LOOKUP_DEADLINE_MS = 8_000;

export function createTokenLookUp(options: TokenLookUpOptions): LookUpToken {
  const { clock, onNotLookedUp } = options;
  const nowMs = () => clock.now();
  const cache = { maxEntries: MAX_TOKENS, nowMs };
  const outcomes = createTtlCache<Outcome>({ ...cache, ttlMs: ACCEPTED_TTL_MS });
  const acceptedBefore = createTtlCache<true>({ ...cache, ttlMs: ACCEPTED_BEFORE_MS });
  const inFlight = new Map<string, Promise<Outcome>>();
  const window = createFixedWindow(LOOKUPS_PER_MINUTE, nowMs);
  const reserve = createFixedWindow(RESERVED_PER_MINUTE, nowMs);
  const perAddress = createLookUpLimit(nowMs, () => {
    onNotLookedUp('address');
  });

  async function lookUp(key: string, accessToken: Secret): Promise<Outcome> {
    const askedAtMs = nowMs();
    const found = await askFeishu(options, accessToken, askedAtMs);
    const outcome = validUntil(found, askedAtMs + ACCEPTED_TTL_MS);
    const isAccepted = outcome.kind === 'authenticated';
    const ttl = isAccepted ? ACCEPTED_TTL_MS : REJECTED_TTL_MS;
    outcomes.set(key, outcome, { ttl, start: askedAtMs });
    if (isAccepted) acceptedBefore.set(key, true);
    else acceptedBefore.delete(key);
    return outcome;
  }

  function lookUpWithinLimits(key: string, accessToken: Secret, address: string): Promise<Outcome> {
    const lookUpIf = (isWithinLimit: boolean) => {
      if (isWithinLimit) return lookUp(key, accessToken);
      onNotLookedUp('all');
      return Promise.reject(tooMany());
    };
    return acceptedBefore.has(key)
      ? lookUpIf(window.take() || reserve.take())
      : perAddress.run(address, () => lookUpIf(window.take()));
  }

  return (key, accessToken, address) => {
    const known = outcomes.get(key) ?? inFlight.get(key);
    if (known) return known;
    const outcome = lookUpWithinLimits(key, accessToken, address);
    const call = outcome.finally(() => inFlight.delete(key));
    inFlight.set(key, call);
    return call;
  };
}

function askFeishu(
  { users, trust }: TokenLookUpOptions,
  accessToken: Secret,
  askedAtMs: number,
): Promise<Outcome> {
  const signal = AbortSignal.timeout(LOOKUP_DEADLINE_MS);
  return users
    .whoIs(accessToken, { signal, deadlineAtMs: askedAtMs + LOOKUP_DEADLINE_MS })
    .then((user) => toOutcome(user, trust), toRejection);
}

function tooMany(): GatewayError {
  return new GatewayError(
    'UPSTREAM_RATE_LIMITED',
    'cannot verify the token: the gateway has looked up too many tokens in this minute',
    { retryAfterMs: 60_000 },
  );
}
