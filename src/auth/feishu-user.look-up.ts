import { LRUCache } from 'lru-cache';
import type { Clock } from '../domain/clock';
import { GatewayError } from '../domain/errors';
import type { Secret } from '../domain/secret';
import type { UserInfoSource } from '../feishu/ports';
import type { UsedUp } from './audit';
import type { Verdict } from './authenticator';
import { createBudget } from './budget';
import { refusalOf, toVerdict } from './feishu-user.verdict';
import { createStrangers } from './strangers';

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
) => Verdict | Promise<Verdict>;

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
  const remembered = createMemory<Verdict>(KNOWN_MS, nowMs);
  const proven = createMemory<true>(PROVEN_MS, nowMs);
  const flights = new Map<string, Promise<Verdict>>();
  const budget = createBudget(LOOKUPS_PER_MINUTE, nowMs);
  const reserve = createBudget(RESERVED_PER_MINUTE, nowMs);
  const strangers = createStrangers(nowMs, () => {
    onNotLookedUp('address');
  });

  async function lookUp(key: string, accessToken: Secret): Promise<Verdict> {
    const askedAtMs = nowMs();
    const verdict = await askFeishu(options, accessToken, askedAtMs);
    const ttl = verdict.kind === 'known' ? KNOWN_MS : REFUSED_MS;
    remembered.set(key, verdict, { ttl, start: askedAtMs });
    if (verdict.kind === 'known') proven.set(key, true);
    else proven.delete(key);
    return verdict;
  }

  function lookUpWithin(key: string, accessToken: Secret, address: string): Promise<Verdict> {
    const ask = (mayAsk: boolean) => {
      if (mayAsk) return lookUp(key, accessToken);
      onNotLookedUp('all');
      return Promise.reject(tooMany());
    };
    return proven.has(key)
      ? ask(budget.take() || reserve.take())
      : strangers.ask(address, () => ask(budget.take()));
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
): Promise<Verdict> {
  const signal = AbortSignal.timeout(LOOKUP_DEADLINE_MS);
  return users
    .whoIs(accessToken, { signal, deadlineAtMs: askedAtMs + LOOKUP_DEADLINE_MS })
    .then((user) => toVerdict(user, tenantKey), refusalOf);
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
