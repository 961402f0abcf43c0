import { LRUCache } from 'lru-cache';
import type { Channel } from '../domain/channel';
import type { GatewayError } from '../domain/errors';
import { userKeysIn, type BatchScope } from './scope';
import { createSharedIds, hashKey } from './shared-ids';

/** How long a poison ID is not asked for again. */
const BAD_ID_REMEMBERED_MS = 10 * 60_000;
/** Counted as a size, since a cache with a `max` takes all of its memory at once. */
const IDS_REMEMBERED = { maxSize: 50_000, sizeCalculation: () => 1 };

/** Which user IDs Feishu has answered and which ones it refuses, so that no client burns the quota with poison IDs. */
export interface PoisonIds {
  /** Says for the users of a scope why one is not asked for; `undefined` for users that are. */
  refusalsIn(scope: BatchScope): (userId: string) => GatewayError | undefined;
  notePoison(scope: BatchScope, userId: string, refusal: GatewayError): void;
  noteAnswered(scope: BatchScope, userIds: readonly string[]): void;
  /** Says for the users of a scope whether Feishu has answered one before, so that others are suspected first. */
  trustIn(scope: BatchScope): (userId: string) => boolean;
  /** A call with these users was refused, although no operation waits for them. */
  distrust(scope: BatchScope, userIds: readonly string[]): void;
}

export interface PoisonIdsOptions {
  readonly nowMs: () => number;
  /** To other replicas, which then spend no call on what this one has learnt. */
  readonly channel: Channel | undefined;
}

export function createPoisonIds({ nowMs, channel }: PoisonIdsOptions): PoisonIds {
  const trusted = new LRUCache<string, true>(IDS_REMEMBERED);
  const refusals = new LRUCache<string, GatewayError>({
    ...IDS_REMEMBERED,
    ttl: BAD_ID_REMEMBERED_MS,
    perf: { now: nowMs },
    // Else the cache keeps the time for a moment of its own clock.
    ttlResolution: 0,
  });
  const shared =
    channel && createSharedIds(channel, { onBad: noteRefused, onAnswered: noteTrusted });

  function noteRefused(hashedKey: string, refusal: GatewayError): void {
    refusals.set(hashedKey, refusal);
    trusted.delete(hashedKey);
  }

  function noteTrusted(hashedKey: string): void {
    trusted.set(hashedKey, true);
  }

  return {
    refusalsIn(scope) {
      const keyOf = idKeysIn(scope);
      return (userId) => (refusals.size > 0 ? refusals.get(keyOf(userId)) : undefined);
    },
    notePoison(scope, userId, refusal) {
      const key = idKeysIn(scope)(userId);
      noteRefused(key, refusal);
      if (isShared(scope)) shared?.publishBad(key, refusal);
    },
    noteAnswered(scope, userIds) {
      const keys = userIds.map(idKeysIn(scope));
      const news = keys.filter((key) => !trusted.has(key));
      for (const key of keys) noteTrusted(key);
      if (isShared(scope)) shared?.publishAnswered(news);
    },
    trustIn(scope) {
      const keyOf = idKeysIn(scope);
      return (userId) => trusted.has(keyOf(userId));
    },
    distrust(scope, userIds) {
      for (const key of userIds.map(idKeysIn(scope))) trusted.delete(key);
    },
  };
}

/** Calls in the name of a user are about that user only, so that there is nothing to tell. */
function isShared({ identity }: BatchScope): boolean {
  return identity.kind === 'app';
}

/**
 * Per cycle and identity, whatever the filter: an ID that Feishu refuses in one cycle it may know in another.
 * Hashed, so that what replicas tell each other reveals no user ID.
 */
function idKeysIn(scope: BatchScope): (userId: string) => string {
  const keyOf = userKeysIn({ ...scope, filter: {} });
  return (userId) => hashKey(keyOf(userId));
}
