import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Snapshot, SnapshotCache } from './snapshot-cache';
import type { SnapshotStore } from './snapshot-store';

type Found = ReadonlyMap<string, Snapshot>;

/** The requests of one turn of the event loop. */
interface Turn {
  /** The keys of each request. */
  readonly requests: (readonly string[])[];
  /** Resolves after the turn with the read that each key is part of. */
  readonly readOf: Promise<ReadonlyMap<string, Promise<Found>>>;
}

/** Redis reads this many keys in a few milliseconds. */
const KEYS_PER_READ = 200;

/**
 * Reads the keys of all requests of one turn of the event loop together, each once, and adds the answers to memory.
 * A request waits only for the reads that its keys are part of. Its answers come from these reads and not from
 * memory, because memory may hold fewer answers than one turn reads.
 * @returns resolves with the valid answers in Redis under these keys; never rejects
 */
export function createSharedReads(
  store: SnapshotStore,
  memory: SnapshotCache,
): (keys: readonly string[]) => Promise<Found> {
  let turn: Turn | undefined;

  function startTurn(): Turn {
    const requests: Turn['requests'] = [];
    return { requests, readOf: startReadsAfterTurn(requests) };
  }

  async function startReadsAfterTurn(requests: Turn['requests']) {
    await nextTurn();
    turn = undefined;
    // The smallest request comes first, so that it does not wait for the reads of larger ones.
    return startReads([...new Set(requests.sort((a, b) => a.length - b.length).flat())]);
  }

  /** Starts each read after the one before, so that other commands to Redis do not wait for all of them. */
  function startReads(keys: readonly string[]): Map<string, Promise<Found>> {
    const readOf = new Map<string, Promise<Found>>();
    let last: Promise<unknown> = Promise.resolve();
    for (let i = 0; i < keys.length; i += KEYS_PER_READ) {
      const chunk = keys.slice(i, i + KEYS_PER_READ);
      const found = last.then(() => read(chunk));
      for (const key of chunk) readOf.set(key, found);
      last = found;
    }
    return readOf;
  }

  async function read(keys: readonly string[]): Promise<Found> {
    const found = await store.read(keys);
    await memory.setMany(found);
    return new Map(found);
  }

  return async (keys) => {
    turn ??= startTurn();
    turn.requests.push(keys);
    const readOf = await turn.readOf;
    const answers = new Map<string, Snapshot>();
    for (const key of keys) {
      const answer = (await readOf.get(key))?.get(key);
      if (answer) answers.set(key, answer);
    }
    return answers;
  };
}
