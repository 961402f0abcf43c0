import type { Snapshot } from '../cache/snapshot-cache';
import type { OperationContext } from '../domain/operation-context';
import { distinctUsers, type Question } from './planner';
import type { BatchScope } from './scope';

/** A question that waits for its answer, before its call leaves and while that is under way. */
export interface Ask extends Question {
  readonly caller: OperationContext;
  readonly askedAtMs: number;
  /** The batch that it waits in, or last waited in. */
  batchKey: string;
  readonly resolve: (loaded: Snapshot) => void;
  readonly reject: (error: Error) => void;
}

/** The asks of one scope whose call has not left yet. */
export interface OpenBatch {
  readonly scope: BatchScope;
  readonly asks: Set<Ask>;
  /** Part of the search for a bad ID: strangers wait for it, so that it does not wait to fill. */
  readonly apart: boolean;
}

/** Those that somebody waits for; the others only fill free seats and free calls. */
export function interactiveAsks(batch: OpenBatch): Ask[] {
  return [...batch.asks].filter((ask) => !ask.background);
}

/** Users that somebody waits for, each once, however many operations ask about them. */
export function waitingUsers(batch: OpenBatch): number {
  return distinctUsers(interactiveAsks(batch)).length;
}

/** When the first of those that somebody waits for must have left; else, of all. */
export function leaveByMs(batch: OpenBatch): number {
  const interactive = interactiveAsks(batch);
  const asks = interactive.length > 0 ? interactive : [...batch.asks];
  return asks.reduce((earliest, ask) => Math.min(earliest, ask.leaveByMs), Infinity);
}
