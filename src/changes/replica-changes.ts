import { hash } from 'node:crypto';
import type { Snapshot, SnapshotCache } from '../cache/snapshot-cache';
import type { Channel } from '../domain/channel';
import type { Clock } from '../domain/clock';
import type { ChangeFeed, Entry } from './change-feed';
import { DIGEST_LENGTH, digestOf } from './content-digest';

export interface ReplicaChangesOptions {
  readonly feed: Pick<ChangeFeed, 'differs' | 'watchedKeys'>;
  readonly channel: Channel;
  /** The cache that replicas share. The feed notes what is read from it. */
  readonly cache: Pick<SnapshotCache, 'getMany'>;
  readonly clock: Pick<Clock, 'sleep'>;
}

/** Changes between replicas: one replica fetches an answer, and the streams of all others show it. */
export interface ReplicaChanges {
  /**
   * Tells the other replicas of answers, a moment later. Call it when they can read them.
   * @returns resolves when the message is sent or lost
   */
  readonly announce: (entries: readonly Entry[]) => Promise<void>;
  /** Reads all watched users from the shared cache: messages were lost while it was unreachable. */
  readonly catchUp: () => void;
}

/**
 * How long announcements are gathered. The answers of a page come with several calls, and their client should not wait
 * for the digests.
 */
const GATHER_MS = 25;

/** The name of a user in messages: keys hold user IDs. */
const NAME_LENGTH = 22;
const LINE = new RegExp(`^[\\w-]{${NAME_LENGTH}} [\\w-]{${DIGEST_LENGTH}}$`);

export function createReplicaChanges(options: ReplicaChangesOptions): ReplicaChanges {
  const { feed, channel, cache, clock } = options;
  /** The newest answers that are not announced yet, by key. */
  let gathered = new Map<string, Snapshot>();
  let announced: Promise<void> = Promise.resolve();

  /** The cache reads from Redis what memory does not hold new enough, which nothing is here. */
  function readAnew(keys: readonly string[]): void {
    if (keys.length > 0) void cache.getMany(keys, Infinity);
  }

  async function announceLater(): Promise<void> {
    await clock.sleep(GATHER_MS);
    const answers = gathered;
    gathered = new Map();
    await channel.publish(Array.from(answers, toLine).join('\n'));
  }

  channel.subscribe((message) => {
    const watched = feed.watchedKeys();
    if (watched.length === 0) return;
    const digests = new Map(message.split('\n').filter(isLine).map(toPair));
    readAnew(
      watched.filter((key) => {
        const digest = digests.get(nameOf(key));
        return digest !== undefined && feed.differs(key, digest);
      }),
    );
  });

  return {
    announce(entries) {
      if (entries.length > 0 && gathered.size === 0) announced = announceLater();
      for (const [key, snapshot] of entries) {
        const present = gathered.get(key);
        if (!present || present.fetchedAtMs <= snapshot.fetchedAtMs) gathered.set(key, snapshot);
      }
      return announced;
    },
    catchUp() {
      readAnew(feed.watchedKeys());
    },
  };
}

function toLine([key, { stageTasks }]: Entry): string {
  return `${nameOf(key)} ${digestOf(stageTasks)}`;
}

function nameOf(key: string): string {
  return hash('sha256', key, 'base64url').slice(0, NAME_LENGTH);
}

function isLine(line: string): boolean {
  return LINE.test(line);
}

function toPair(line: string): [name: string, digest: string] {
  return [line.slice(0, NAME_LENGTH), line.slice(NAME_LENGTH + 1)];
}
