import {
  MINUTE_MS,
  createBatchingWorld,
  cycle,
  idsOf,
  usersOf,
  type WorldOptions,
} from './batching-world';

export const SCOPE = cycle('1');
export const BAD = 'ou_bad';
export const isBad = (id: string) => id.startsWith(BAD);

/** As many IDs, with the poison ID at this place. */
export const withBadAt = (place: number, count = 50) => idsOf(count - 1).toSpliced(place, 0, BAD);

/** Of an operation that waits for a search, however long that takes. */
export const PATIENT = { timeMs: 20 * MINUTE_MS };

/** A world in which Feishu has answered about the cycle before, so that a refusal is not the cycle's. */
export function createKnownCycleWorld(
  options: WorldOptions = {},
  known: readonly string[] = ['ou_known'],
) {
  const world = createBatchingWorld({ isBad, ...options });
  world.askAt(0, SCOPE, known);
  return {
    ...world,
    /** Calls after the one that made the cycle known. */
    searchCalls: () => usersOf(world.calls).slice(1),
  };
}
