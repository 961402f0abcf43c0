import type { Snapshot } from '../cache/snapshot-cache';
import type { ChangeFeed, KnownAnswer } from './change-feed';
import { createEventIds } from './event-id';

/** What a stream shows next: a user of it, by position, and the newest answer or why there is none. */
export interface Change {
  readonly index: number;
  readonly answer: Snapshot | Error;
}

/** The changes of some users, for one client. Of a slow client, the newest answer for each user waits, and no other. */
export interface ChangeStream {
  /** Adds what is known of a user at the start, unless a newer answer has arrived. */
  start(index: number, snapshot: Snapshot): void;
  /** Shows why a user could not be loaded at the start, unless an answer has arrived. */
  fail(index: number, error: Error): void;
  /** Resolves with the next change; `undefined` after the end. One call at a time. */
  next(): Promise<Change | undefined>;
  /** What the client knows once it has received all changes so far. */
  eventId(): string;
  /** Ends the stream. A second call does nothing. */
  end(): void;
}

export interface ChangeStreamOptions {
  readonly feed: Pick<ChangeFeed, 'watch' | 'note'>;
  /** The keys of different users in the cache. */
  readonly keys: readonly string[];
  /** The ID of the last event that the client has received. */
  readonly lastEventId: string | undefined;
}

export function createChangeStream({ feed, keys, lastEventId }: ChangeStreamOptions): ChangeStream {
  const ids = createEventIds(keys);
  /** The digests of what the client knows. */
  const sent = ids.parse(lastEventId) ?? keys.map(() => undefined);
  const failures = new Map<number, Error>();
  /** The users that may have changed, in the order of their changes. */
  const due = new Set<number>(keys.keys());
  let isOver = false;
  let wake: () => void = () => undefined;

  const users = keys.map((key, index) =>
    feed.watch(key, () => {
      due.add(index);
      wake();
    }),
  );

  /** A user of whom Feishu has no data is shown only if the client knows tasks of the user. */
  function isNews(index: number, { digest, snapshot }: KnownAnswer): boolean {
    if (digest === sent[index]) return false;
    const isShown = snapshot.stageTasks !== null || sent[index] !== undefined;
    sent[index] = digest;
    return isShown;
  }

  function take(): Change | undefined {
    for (const index of due) {
      due.delete(index);
      const known = users[index]?.latest();
      const failure = failures.get(index);
      failures.delete(index);
      if (known && isNews(index, known)) return { index, answer: known.snapshot };
      if (!known && failure) return { index, answer: failure };
    }
    return undefined;
  }

  return {
    start(index, snapshot) {
      const key = keys[index];
      if (key !== undefined) feed.note([[key, snapshot]]);
    },
    fail(index, error) {
      failures.set(index, error);
      due.add(index);
      wake();
    },
    async next() {
      for (;;) {
        if (isOver) return undefined;
        const change = take();
        if (change) return change;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    eventId: () => ids.format(sent),
    end() {
      isOver = true;
      for (const user of users) user.stop();
      wake();
    },
  };
}
