import { MAX_USERS_PER_CALL } from '../feishu/ports';
import type { Waiting } from '../quota/quota-gate';
import { countCalls, isNextCallFull, numberCalls } from './planner';
import type { BatchScope } from './scope';
import { interactiveAsks, leaveByMs, type Ask, type OpenBatch } from './waiting';

/** So much earlier a full batch may leave than its turn is. */
const FULL_ADVANTAGE_MS = 1_000;
/** More than any request's time, so that background work is behind all of it. */
const BACKGROUND_PENALTY_MS = 3_600_000;

/**
 * Background work last; then by who has least time. A batch that gains nothing by waiting counts as if
 * its users had come a little earlier: that fills calls, and still lets nobody starve behind a busy cycle.
 */
export function inOrder(batches: ReadonlyMap<string, OpenBatch>): OpenBatch[] {
  const rank = (batch: OpenBatch) =>
    (isBackground(batch) ? BACKGROUND_PENALTY_MS : 0) +
    leaveByMs(batch) -
    (isFull(batch) ? FULL_ADVANTAGE_MS : 0);
  return [...batches.values()]
    .map((batch) => ({ batch, at: rank(batch) }))
    .sort((a, b) => a.at - b.at)
    .map(({ batch }) => batch);
}

/** What waits for the gate, if anything does. */
export function describeFirst(batches: ReadonlyMap<string, OpenBatch>): Waiting | undefined {
  const [first] = inOrder(batches);
  if (!first) return undefined;
  const background = isBackground(first);
  return {
    full: isFull(first),
    leaveByMs: background ? Infinity : leaveByMs(first),
    background,
  };
}

function isBackground(batch: OpenBatch): boolean {
  return interactiveAsks(batch).length === 0;
}

function isFull(batch: OpenBatch): boolean {
  if (batch.apart) return true;
  return isNextCallFull(interactiveAsks(batch), seatsOf(batch.scope));
}

export function seatsOf({ identity }: BatchScope): number {
  // A user may only ask for itself, so that under a user's identity nothing can be merged.
  return identity.kind === 'user' ? 1 : MAX_USERS_PER_CALL;
}

/** How many calls it takes to answer everybody who waits. */
export function countWaitingCalls(batches: ReadonlyMap<string, OpenBatch>): number {
  return [...batches.values()].reduce(
    (sum, batch) => sum + countCalls(interactiveAsks(batch), seatsOf(batch.scope)),
    0,
  );
}

/** Which of the next calls each of these users will be in: 1 for the very next. */
export function callNumbers(
  batches: ReadonlyMap<string, OpenBatch>,
  key: string,
  asks: readonly Ask[],
): number[] {
  const batch = batches.get(key);
  if (!batch) return asks.map(() => 1);
  let before = 0;
  for (const other of inOrder(batches)) {
    if (other === batch) break;
    before += countCalls(interactiveAsks(other), seatsOf(other.scope));
  }
  const numbers = numberCalls(interactiveAsks(batch), seatsOf(batch.scope));
  return asks.map((ask) => before + (numbers.get(ask) ?? 1));
}
