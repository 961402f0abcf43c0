import { randomUUID } from 'node:crypto';
import type { Lifetimes } from '../cache/freshness';
import { NOOP_CACHE } from '../cache/noop.cache';
import { createRedisCache } from '../cache/redis.cache';
import type { SnapshotCache } from '../cache/snapshot-cache';
import type { ChangeFeed } from '../changes/change-feed';
import { watchCache } from '../changes/watched-cache';
import type { Config } from '../config';
import type { Channel } from '../domain/channel';
import type { Clock } from '../domain/clock';
import { createMemoryLedger } from '../quota/memory.ledger';
import { withMargin, type Quota } from '../quota/pacing';
import { createQuotaGate, type QuotaGate, type QuotaGateOptions } from '../quota/quota-gate';
import { createRedisLedger } from '../quota/redis.ledger';
import { createLinkScope, createQuietLink } from '../redis/link-scope';
import { createRedisChannel } from '../redis/redis-channel';
import type { RedisLink } from '../redis/redis-link';
import { createRejections, type OnRejected } from '../redis/rejections';
import { createSeal, type Seal } from '../redis/seal';
import type { CloseStack } from './close-stack';
import type { Deps } from './deps';
import type { Upstream } from './upstream';

/** Redis key prefixes hold the format version, so that replicas of other versions share nothing. */
const LEDGER_PREFIX = 'stage-task-gateway:v2';
const SEALED_PREFIX = 'stage-task-gateway:v3';

export function toQuota({ calls, windowSeconds }: Config['quota']): Quota {
  return withMargin({ calls, windowMs: windowSeconds * 1_000 });
}

export function toLifetimes({ freshSeconds, staleSeconds }: Config['cache']): Lifetimes {
  return { freshMs: freshSeconds * 1_000, staleMs: staleSeconds * 1_000 };
}

/** What the replicas of one app share through Redis. */
export interface SharedState {
  readonly link: RedisLink;
  /** The prefix of the ledger's keys. It holds the origin and the app, which have a quota of their own. */
  readonly prefix: string;
  /** The prefix of sealed values: answers and messages. */
  readonly sealedPrefix: string;
  readonly seal: Seal;
  readonly onRejected: OnRejected;
  readonly replicaId: string;
  /** A ledger that was not used for this long takes no part in pulses; `undefined`: each always does. */
  readonly quietAfterMs?: number;
}

/** What the replicas share for one tenant of a store app. */
export function createTenantState(
  state: SharedState,
  tenantKey: string,
  quietAfterMs: number,
): { readonly shared: SharedState; readonly end: () => void } {
  const { link, end } = createLinkScope(state.link);
  const shared = {
    ...state,
    link,
    prefix: `${state.prefix}:tenant:${tenantKey}`,
    sealedPrefix: `${state.sealedPrefix}:tenant:${tenantKey}`,
    quietAfterMs,
  };
  return { shared, end };
}

/** Starts to connect to Redis, and reconnects by itself; `undefined` if replicas share nothing. */
export async function startSharedState(
  { redisUrl }: Config,
  { origin, app }: Upstream,
  { clock, log, metrics }: Deps,
  closeStack: CloseStack,
): Promise<SharedState | undefined> {
  if (!redisUrl) return undefined;
  // The Redis client has more modules than any other package, so load it only if it is used.
  const { startRedisLink } = await import('../redis/redis-link.js');
  const link = startRedisLink({ url: redisUrl.reveal(), clock, log });
  closeStack.push('redis link', () => {
    link.close();
  });
  metrics.watchRedis(() => link.upSinceMs() !== undefined);
  const name = `${origin}:${app.appId}`;
  return {
    link,
    prefix: `${LEDGER_PREFIX}:${name}`,
    sealedPrefix: `${SEALED_PREFIX}:${name}`,
    seal: createSeal(app.appSecret),
    onRejected: createRejections(log, () => clock.now(), metrics.observeRedisRejection),
    replicaId: randomUUID(),
  };
}

export function createGate(
  api: string,
  quota: Quota,
  sharedState: SharedState | undefined,
  clock: Clock,
  tuning: Pick<QuotaGateOptions, 'backgroundShare'> = {},
): QuotaGate {
  const nowMs = () => clock.now();
  const ledger = sharedState
    ? createRedisLedger({ ...ledgerState(sharedState, api, nowMs), quota, clock })
    : createMemoryLedger(quota, nowMs);
  return createQuotaGate({ quota, ledger, nowMs, ...tuning });
}

function ledgerState(state: SharedState, api: string, nowMs: () => number) {
  const { link, quietAfterMs, prefix } = state;
  return {
    ...state,
    link: quietAfterMs === undefined ? link : createQuietLink(link, quietAfterMs, nowMs),
    prefix: `${prefix}:${api}`,
  };
}

/**
 * A channel between replicas; `undefined` if they share nothing.
 * @param subject `ids`: which user IDs Feishu accepts and refuses. `changes`: which answers are new.
 *   `marks`: whose tasks have changed, as Feishu has reported
 */
export function createChannel(
  subject: 'ids' | 'changes' | 'marks',
  sharedState: SharedState | undefined,
  clock: Clock,
): Channel | undefined {
  if (!sharedState) return undefined;
  return createRedisChannel(`${sharedState.sealedPrefix}:${subject}`, { ...sharedState, clock });
}

/**
 * @param createMemory creates the cache of this process
 * @param feed learns of all answers that this process gets, also of those that it does not keep
 */
export function createCache(
  createMemory: () => SnapshotCache,
  { freshMs, staleMs }: Lifetimes,
  sharedState: SharedState | undefined,
  clock: Clock,
  feed: Pick<ChangeFeed, 'note'>,
): SnapshotCache {
  const lifeMs = Math.max(freshMs, staleMs);
  if (lifeMs === 0) return watchCache(NOOP_CACHE, feed);
  const memory = watchCache(createMemory(), feed);
  return sharedState
    ? createRedisCache({ ...sharedState, prefix: sharedState.sealedPrefix, memory, lifeMs, clock })
    : memory;
}
