import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Snapshot } from '../cache/snapshot-cache';
import { getOrCreate } from '../domain/collections';
import { digestOf } from './content-digest';

export type Entry = readonly [key: string, snapshot: Snapshot];

/** The newest answer for a watched user, and the digest of its content. */
export interface KnownAnswer {
  readonly snapshot: Snapshot;
  readonly digest: string;
}

/** One user that a stream watches. */
export interface WatchedUser {
  /** `undefined` until an answer is known. */
  readonly latest: () => KnownAnswer | undefined;
  readonly stop: () => void;
}

/**
 * Tells streams when a newer answer with another content replaces the one that they know. It loads nothing: it learns
 * of the answers that others load, in this process or in another replica.
 */
export interface ChangeFeed {
  /** Notes answers that this process has got. An answer that no stream watches costs one look-up. */
  note(entries: readonly Entry[]): void;
  /**
   * @param key the key of the user's answer in the cache
   * @param onChange called once for each change until `stop`. The answer that is known first is a change too
   */
  watch(key: string, onChange: () => void): WatchedUser;
  /** The newest answer for a watched user, an empty one if none is known; `undefined` if no stream watches the user. */
  recall(key: string): Pick<Snapshot, 'askedAtMs'> | undefined;
  /** The keys of all watched users. */
  watchedKeys(): string[];
  /** Whether a stream watches the user and knows another content. */
  differs(key: string, digest: string): boolean;
}

interface Topic {
  known: KnownAnswer | undefined;
  readonly watchers: Set<() => void>;
}

/** A thousand streams may watch one user: so many are told in one turn of the event loop. */
const TOLD_PER_TURN = 50;

export function createChangeFeed(): ChangeFeed {
  const topics = new Map<string, Topic>();

  function noteOne(topic: Topic, snapshot: Snapshot): void {
    const { known } = topic;
    if (known && snapshot.fetchedAtMs <= known.snapshot.fetchedAtMs) return;
    const digest = digestOf(snapshot.stageTasks);
    topic.known = { snapshot, digest };
    if (digest !== known?.digest) void tell(topic.watchers);
  }

  return {
    note(entries) {
      if (topics.size === 0) return;
      for (const [key, snapshot] of entries) {
        const topic = topics.get(key);
        if (topic) noteOne(topic, snapshot);
      }
    },

    watch(key, onChange) {
      const topic = getOrCreate(topics, key, createTopic);
      // A function of its own: one stream may watch with the same function twice.
      const watcher = () => {
        onChange();
      };
      topic.watchers.add(watcher);
      return {
        latest: () => topic.known,
        stop() {
          topic.watchers.delete(watcher);
          if (topic.watchers.size === 0 && topics.get(key) === topic) topics.delete(key);
        },
      };
    },

    recall(key) {
      const topic = topics.get(key);
      return topic && (topic.known?.snapshot ?? {});
    },

    watchedKeys: () => [...topics.keys()],

    differs(key, digest) {
      const topic = topics.get(key);
      return topic !== undefined && topic.known?.digest !== digest;
    },
  };
}

function createTopic(): Topic {
  return { known: undefined, watchers: new Set() };
}

/** Tells the watchers of this moment, in slices, so that other requests run in between. */
async function tell(watchers: ReadonlySet<() => void>): Promise<void> {
  let told = 0;
  for (const watcher of [...watchers]) {
    if (told > 0 && told % TOLD_PER_TURN === 0) await nextTurn();
    told += 1;
    if (watchers.has(watcher)) watcher();
  }
}
