import { LRUCache } from 'lru-cache';
import { abortable } from '../domain/abortable';
import type { Clock } from '../domain/clock';
import { GatewayError } from '../domain/errors';
import { Secret } from '../domain/secret';
import { UserIdType, type UserKey } from '../domain/user';
import type { FeishuUser, UserInfoSource } from '../feishu/ports';
import { known, NOT_MINE, rejected, type Authenticator, type Verdict } from './authenticator';
import type { UsedUp } from './audit';
import { createBudget } from './budget';
import { digestOf } from './digest';
import { personOf } from './person';
import { createStrangers } from './strangers';

export interface FeishuUserAuthenticatorOptions {
  readonly users: UserInfoSource;
  /** The company whose users are let in; `null`: any, by IDs that no company chooses. */
  readonly tenantKey: string | null;
  readonly clock: Clock;
  readonly onNotLookedUp: (usedUp: UsedUp) => void;
}

/** So long a token that was taken back may still open the gateway. */
const KNOWN_MS = 5 * 60_000;
/** So long a bad token costs nothing; one that was issued a moment ago is soon looked at again. */
const REFUSED_MS = 30_000;
const MOST_REMEMBERED = 20_000;
/** Who tries out many tokens shall not spend the company's calls. */
const LOOKUPS_PER_MINUTE = 300;
/** Beside them, for tokens that were good before: strangers shall not lock out who is known. */
const RESERVED_PER_MINUTE = 300;
const PROVEN_MS = 60 * 60_000;
/** Of the call itself, which many may wait for, each with a deadline of their own. */
const LOOKUP_DEADLINE_MS = 8_000;

/** Tokens that Feishu has issued to its users. Whose one is, Feishu says, and is remembered for a while. */
export function createFeishuUserAuthenticator(
  options: FeishuUserAuthenticatorOptions,
): Authenticator {
  const { users, tenantKey, clock, onNotLookedUp } = options;
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
    const verdict = await users
      .whoIs(accessToken, {
        signal: AbortSignal.timeout(LOOKUP_DEADLINE_MS),
        deadlineAtMs: askedAtMs + LOOKUP_DEADLINE_MS,
      })
      .then((user) => toVerdict(user, tenantKey), refusalOf);
    const ttl = verdict.kind === 'known' ? KNOWN_MS : REFUSED_MS;
    remembered.set(key, verdict, { ttl, start: askedAtMs });
    if (verdict.kind === 'known') proven.set(key, true);
    else proven.delete(key);
    return verdict;
  }

  function lookUpWithin(key: string, accessToken: Secret, address: string): Promise<Verdict> {
    const ask = (mayAsk: boolean) => {
      if (mayAsk) return lookUp(key, accessToken);
      onNotLookedUp('everybody');
      return Promise.reject(tooMany());
    };
    return proven.has(key)
      ? ask(budget.take() || reserve.take())
      : strangers.ask(address, () => ask(budget.take()));
  }

  function lookUpOnce(key: string, accessToken: Secret, address: string): Promise<Verdict> {
    const underWay = flights.get(key);
    if (underWay) return underWay;
    const flight = lookUpWithin(key, accessToken, address).finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  }

  return {
    name: 'feishu-user',
    async judge({ bearer, address }, signal) {
      if (bearer === undefined) return NOT_MINE;
      // Neither the token nor what could be turned back into it is kept.
      const key = digestOf(bearer).toString('base64');
      const accessToken = new Secret(bearer);
      const verdict =
        remembered.get(key) ??
        (await abortable(lookUpOnce(key, accessToken, address), signal, () => tooLate()));
      if (verdict.kind !== 'known') return verdict;
      return known({ ...verdict.principal, accessToken });
    },
  };
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

function toVerdict(user: FeishuUser, tenantKey: string | null): Verdict {
  if (tenantKey !== null && user.tenantKey !== tenantKey) return rejected('other-tenant');
  const [first, ...others] = idsOf(user, tenantKey !== null);
  return first ? known(personOf([first, ...others], 'self')) : rejected('unusable-user');
}

/**
 * Open and union IDs are Feishu's own. A `user_id` is what a company calls its people: another company
 * may call one of its own the same, so that it counts only when it is known whose company it is.
 */
function idsOf(user: FeishuUser, sameTenant: boolean): UserKey[] {
  const candidates = [
    { idType: UserIdType.OPEN_ID, id: user.openId },
    { idType: UserIdType.UNION_ID, id: user.unionId },
    { idType: UserIdType.USER_ID, id: sameTenant ? user.userId : null },
  ];
  return candidates.flatMap(({ idType, id }) => (id === null ? [] : [{ idType, id }]));
}

/** Only Feishu's own word that a token is not good makes it a bad one. */
function refusalOf(error: unknown): Verdict {
  if (error instanceof GatewayError && error.code === 'UNAUTHENTICATED') {
    return rejected('refused-by-feishu');
  }
  throw error;
}

function tooMany(): GatewayError {
  return new GatewayError(
    'UPSTREAM_RATE_LIMITED',
    'Too many new tokens in this minute: whose this one is cannot be asked now.',
    { retryAfterMs: 60_000 },
  );
}

function tooLate(): GatewayError {
  return new GatewayError('UPSTREAM_TIMEOUT', 'Feishu did not say in time whose token this is.');
}
