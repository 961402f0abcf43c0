import type { Closing, ClosingRequest } from './closing';

/** Who has spent what of one quota. A port: one process keeps it in memory, several share it. */
export interface CallLedger {
  /** Never rejects: a ledger that cannot be reached falls back to what it knows. */
  read(): Promise<LedgerReading>;
  /** Counts a call now, unless another replica has counted one since the view: then false. Never rejects. */
  take(view: LedgerReading): Promise<boolean>;
  /** Upstream wants to be left alone, by all who share the quota; a probe is over. Never rejects. */
  closeFor(request: ClosingRequest): Promise<void>;
  /** Upstream has answered a call: if that was the probe, all calls may leave again. Never rejects. */
  noteAnswered(): Promise<void>;
  /** Where to read how many calls wait in this process, for the others to know. */
  watchWaitingCalls(read: () => number): void;
}

export interface LedgerReading {
  /** On the monotonic clock of the process, like all times here. */
  readonly nowMs: number;
  /** The calls of the last window that count against `quotaCalls`, oldest first. */
  readonly callTimesMs: readonly number[];
  /** Of the last window's calls, those that other processes have made: each was a request there. */
  readonly foreignCallTimesMs: readonly number[];
  /** How many calls wait in each of the other processes. */
  readonly callsWaitingElsewhere: readonly number[];
  /** Differs whenever a call has been counted in between. */
  readonly version: string;
  readonly closing: Closing;
  /** Nothing leaves before then either, for another reason than that. */
  readonly notBeforeMs: number;
  /** Calls that may leave in a window: all of the quota, or the share that is left without the others. */
  readonly quotaCalls: number;
}
