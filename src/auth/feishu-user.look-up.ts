import { LRUCache } from 'lru-cache';
import type { Clock } from '../domain/clock';
import { GatewayError } from '../domain/errors';
import type { Secret } from '../domain/secret';
import type { UserInfoSource } from '../feishu/ports';
import type { UsedUp } from './audit';
import type { Outcome } from './authenticator';
import { createFixedWindow } from './fixed-window';
import { refusalOf, toOutcome } from './feishu-user.outcome';
import { createLookUpLimit } from './look-up-limit';

export interface TokenLookUpOptions {
  readonly users: UserInfoSource;
  /** The company whose users are let in; `null`: any, by IDs that no company chooses. */
  readonly tenantKey: string | null;
  readonly clock: Clock;
  readonly onNotLookedUp: (usedUp: UsedUp) => void;
}

/**
 * Asks Feishu whose a token is, unless that is remembered. Requests with the same token share one call.
 * @param key the digest of the token
 * @throws GatewayError when no call is left, or Feishu does not say
 */
export type LookUpToken = (
  key: string,
  accessToken: Secret,
  address: string,
) => Outcome | Promise<Outcome>;

/** How long the gateway accepts a token after Feishu has revoked it. */
const KNOWN_MS = 5 * 60_000;
/** How long a rejected token costs no call. Short, as a token that was just issued may be rejected at first. */
const REFUSED_MS = 30_000;
const MOST_REMEMBERED = 20_000;
/** Keeps clients that try out many tokens from spending the company's calls. */
const LOOKUPS_PER_MINUTE = 300;
/** In addition, for tokens that were accepted before: unknown tokens cannot lock out known users. */
const RESERVED_PER_MINUTE = 300;
const PROVEN_MS = 60 * 60_000;
/** Of the call itself, which many may wait for, each with a deadline of their own. */
const LOOKUP_DEADLINE_MS = 8_000;

export function createTokenLookUp(options: TokenLookUpOptions): LookUpToken {
  const { clock, onNotLookedUp } = options;
  const nowMs = () => clock.now();
  const remembered = createMemory<Outcome>(KNOWN_MS, nowMs);
  const proven = createMemory<true>(PROVEN_MS, nowMs);
  const flights = new Map<string, Promise<Outcome>>();
  const window = createFixedWindow(LOOKUPS_PER_MINUTE, nowMs);
  const reserve = createFixedWindow(RESERVED_PER_MINUTE, nowMs);
  const perAddress = createLookUpLimit(nowMs, () => {
    onNotLookedUp('address');
  });

  async function lookUp(key: string, accessToken: Secret): Promise<Outcome> {
    const askedAtMs = nowMs();
    const outcome = await askFeishu(options, accessToken, askedAtMs);
    const ttl = outcome.kind === 'authenticated' ? KNOWN_MS : REFUSED_MS;
    remembered.set(key, outcome, { ttl, start: askedAtMs });
    if (outcome.kind === 'authenticated') proven.set(key, true);
    else proven.delete(key);
    return outcome;
  }

  function lookUpWithin(key: string, accessToken: Secret, address: string): Promise<Outcome> {
    const ask = (mayAsk: boolean) => {
      if (mayAsk) return lookUp(key, accessToken);
      onNotLookedUp('all');
      return Promise.reject(tooMany());
    };
    return proven.has(key)
      ? ask(window.take() || reserve.take())
      : perAddress.ask(address, () => ask(window.take()));
  }

  return (key, accessToken, address) => {
    const present = remembered.get(key) ?? flights.get(key);
    if (present) return present;
    const flight = lookUpWithin(key, accessToken, address).finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  };
}

function askFeishu(
  { users, tenantKey }: TokenLookUpOptions,
  accessToken: Secret,
  askedAtMs: number,
): Promise<Outcome> {
  const signal = AbortSignal.timeout(LOOKUP_DEADLINE_MS);
  return users
    .whoIs(accessToken, { signal, deadlineAtMs: askedAtMs + LOOKUP_DEADLINE_MS })
    .then((user) => toOutcome(user, tenantKey), refusalOf);
}

/** By the digest of a token. */
function createMemory<V extends object | true>(ttl: number, nowMs: () => number) {
  return new LRUCache<string, V>({
    max: MOST_REMEMBERED,
    ttl,
    perf: { now: nowMs },
    // Else the cache keeps the time for a moment of its own clock.
    ttlResolution: 0,
  });
}

function tooMany(): GatewayError {
  return new GatewayError(
    'UPSTREAM_RATE_LIMITED',
    'cannot verify the token: too many new tokens in this minute',
    { retryAfterMs: 60_000 },
  );
}
