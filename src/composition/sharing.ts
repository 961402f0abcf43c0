import { randomUUID } from 'node:crypto';
import type { Lifetimes } from '../cache/freshness';
import { userOfKey } from '../batching/scope';
import { createMemoryCache } from '../cache/memory.cache';
import { OFF_CACHE } from '../cache/off.cache';
import { createRedisCache } from '../cache/redis.cache';
import type { SnapshotCache } from '../cache/snapshot-cache';
import type { Config } from '../config';
import type { Channel } from '../domain/channel';
import type { Clock } from '../domain/clock';
import { createMemoryLedger } from '../quota/memory.ledger';
import { withMargin, type Quota } from '../quota/pacing';
import { createQuotaGate, type QuotaGate } from '../quota/quota-gate';
import { createRedisLedger } from '../quota/redis.ledger';
import { createRedisChannel } from '../redis/redis-channel';
import { createRedisLink, type RedisLink } from '../redis/redis-link';
import { createRejections, type OnRejected } from '../redis/rejections';
import { createSeal, type Seal } from '../redis/seal';
import type { CloseStack } from './close-stack';
import type { Deps } from './deps';
import type { Upstream } from './upstream';

/** With the version of what is stored: another version shares nothing with this one. */
const LEDGER_PREFIX = 'stage-task-gateway:v2';
const SEALED_PREFIX = 'stage-task-gateway:v3';

export function toQuota({ calls, windowSeconds }: Config['quota']): Quota {
  return withMargin({ calls, windowMs: windowSeconds * 1_000 });
}

export function toLifetimes({ freshSeconds, staleSeconds }: Config['cache']): Lifetimes {
  return { freshMs: freshSeconds * 1_000, staleMs: staleSeconds * 1_000 };
}

/** What replicas of the same app share, in a Redis. */
export interface Sharing {
  readonly link: RedisLink;
  /** Of the ledger's keys: an app on another platform has another quota and other people. */
  readonly prefix: string;
  /** Of what is sealed: answers and messages. */
  readonly sealedPrefix: string;
  readonly seal: Seal;
  readonly onRejected: OnRejected;
  readonly replicaId: string;
}

/** The link connects by itself from now on; `undefined` where replicas share nothing. */
export function startSharing(
  { redisUrl }: Config,
  { origin, app }: Upstream,
  { clock, log, metrics }: Deps,
  closeStack: CloseStack,
): Sharing | undefined {
  if (!redisUrl) return undefined;
  const link = createRedisLink({ url: redisUrl.reveal(), clock, log });
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
  sharing: Sharing | undefined,
  clock: Clock,
): QuotaGate {
  const nowMs = () => clock.now();
  const ledger = sharing
    ? createRedisLedger({ ...sharing, prefix: `${sharing.prefix}:${api}`, quota, clock })
    : createMemoryLedger(quota, nowMs);
  return createQuotaGate({ quota, ledger, nowMs });
}

/** Where replicas tell each other which user IDs Feishu answers and refuses. */
export function createIdChannel(sharing: Sharing | undefined, clock: Clock): Channel | undefined {
  return sharing && createRedisChannel(`${sharing.sealedPrefix}:ids`, { ...sharing, clock });
}

export function createCache(
  maxUsers: number,
  { freshMs, staleMs }: Lifetimes,
  sharing: Sharing | undefined,
  clock: Clock,
): SnapshotCache {
  const lifeMs = Math.max(freshMs, staleMs);
  if (lifeMs === 0) return OFF_CACHE;
  const memory = createMemoryCache({ maxUsers, userOf: userOfKey });
  return sharing
    ? createRedisCache({ ...sharing, prefix: sharing.sealedPrefix, memory, lifeMs, clock })
    : memory;
}
