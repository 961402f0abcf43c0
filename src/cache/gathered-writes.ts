import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../domain/clock';
import { inGroups } from '../domain/collections';
import type { Snapshot } from './snapshot-cache';
import type { SnapshotStore } from './snapshot-store';

/** How long answers are gathered at most, unless the write before them takes longer. */
const GATHER_MS = 25;
/** To encode them takes about 3 ms. */
const ANSWERS_PER_COMMAND = 200;

/**
 * Responses come before writes: one of more than a few users is completed in the turn of the event loop after its last
 * answer. So a write waits for two turns in which no further answer comes: the answers of a page come one after the
 * other. To wait longer would cost quota, because a client may ask another replica as soon as it has its response.
 */
export function gatherWrites(
  store: Pick<SnapshotStore, 'write'>,
  clock: Pick<Clock, 'now'>,
): SnapshotStore['write'] {
  let gathered: (readonly [key: string, snapshot: Snapshot])[] = [];
  let written = Promise.resolve();

  /** One write after the other, so that no answer is replaced by an older one. */
  async function writeAfter(previous: Promise<void>): Promise<void> {
    const untilMs = clock.now() + GATHER_MS;
    for (let known = 0; known < gathered.length && clock.now() < untilMs;) {
      known = gathered.length;
      await nextTurn();
      await nextTurn();
    }
    await previous;
    const entries = gathered;
    gathered = [];
    for (const group of inGroups(entries, ANSWERS_PER_COMMAND)) await store.write(group);
  }

  return (entries) => {
    const isFirst = gathered.length === 0;
    gathered.push(...entries);
    if (isFirst) written = writeAfter(written);
    return written;
  };
}
