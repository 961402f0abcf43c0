import { LRUCache } from 'lru-cache';
import type { Channel } from '../domain/channel';
import type { GatewayError } from '../domain/errors';
import { createTtlCache } from '../ttl-cache';
import { userKeysIn, type BatchScope } from './scope';
import { createSharedIds, hashKey } from './shared-ids';

/** How long a poison ID is refused without a call. */
const POISON_ID_TTL_MS = 10 * 60_000;
const MAX_IDS = 50_000;

/** Remembers which user IDs Feishu answers and which it refuses, so that poison IDs cannot use up the quota. */
export interface PoisonIds {
  /** @returns a function from a user ID to the error it is refused with; `undefined`: not refused */
  refusalsIn(scope: BatchScope): (userId: string) => GatewayError | undefined;
  notePoison(scope: BatchScope, userId: string, refusal: GatewayError): void;
  noteAnswered(scope: BatchScope, userIds: readonly string[]): void;
  /** @returns a function that says whether Feishu has answered a user ID before; others are suspected first */
  trustIn(scope: BatchScope): (userId: string) => boolean;
  /** Forgets that Feishu has answered these IDs, after a call with them in spare seats was refused. */
  distrust(scope: BatchScope, userIds: readonly string[]): void;
}

export interface PoisonIdsOptions {
  readonly nowMs: () => number;
  /** Tells other replicas, so that they spend no call on known poison IDs. */
  readonly channel: Channel | undefined;
}

export function createPoisonIds({ nowMs, channel }: PoisonIdsOptions): PoisonIds {
  // Not `max`: with it, lru-cache allocates all of its memory at once.
  const trusted = new LRUCache<string, true>({ maxSize: MAX_IDS, sizeCalculation: () => 1 });
  const refusals = createTtlCache<GatewayError>({
    maxEntries: MAX_IDS,
    ttlMs: POISON_ID_TTL_MS,
    nowMs,
  });
  const shared =
    channel && createSharedIds(channel, { onPoison: noteRefused, onAnswered: noteTrusted });

  function noteRefused(key: string, refusal: GatewayError): void {
    refusals.set(key, refusal);
    trusted.delete(key);
  }

  /** @returns whether that is new */
  function noteTrusted(key: string): boolean {
    if (trusted.get(key)) return false;
    trusted.set(key, true);
    return true;
  }

  /**
   * Keys contain the cycle and the identity, but not the filter: Feishu may refuse an ID in one cycle and accept it in
   * another. If there are other replicas, keys are hashed, so that messages between them reveal no user IDs.
   */
  function idKeysIn(scope: BatchScope): (userId: string) => string {
    const keyOf = userKeysIn({ ...scope, filter: {} });
    return shared ? (userId) => hashKey(keyOf(userId)) : keyOf;
  }

  return {
    refusalsIn(scope) {
      const keyOf = idKeysIn(scope);
      return (userId) => (refusals.size > 0 ? refusals.get(keyOf(userId)) : undefined);
    },
    notePoison(scope, userId, refusal) {
      const key = idKeysIn(scope)(userId);
      noteRefused(key, refusal);
      if (isShared(scope)) shared?.publishPoison(key, refusal);
    },
    noteAnswered(scope, userIds) {
      const news = userIds.map(idKeysIn(scope)).filter(noteTrusted);
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

/** Calls with a user access token concern that user only, so other replicas need not know. */
function isShared({ identity }: BatchScope): boolean {
  return identity.kind === 'app';
}
