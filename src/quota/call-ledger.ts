import type { Closing, ClosingRequest } from './closing';

/** Port: counts the calls of one quota, in memory for a single process or shared between replicas. */
export interface CallLedger {
  /** Never rejects: a ledger that is unreachable falls back to what this replica knows. */
  read(): Promise<LedgerReading>;
  /**
   * The newest state that this process knows, without waiting. Other replicas may have counted calls, closed the gate
   * or begun to wait since. Then `take` counts no call that is not allowed, and the next reading shows why.
   * @returns `undefined` if only `read` can tell
   */
  recent(): LedgerReading | undefined;
  /**
   * Counts up to `calls` calls of this moment. While it is unreachable, it counts one at a time. Never rejects.
   * @returns how many it has counted; 0 if another call was counted since the reading
   */
  take(reading: LedgerReading, calls: number): Promise<number>;
  /** Stops the calls of all replicas that share the quota, and ends a probe. Never rejects. */
  closeFor(request: ClosingRequest): Promise<void>;
  /** Ends a probe: any answered call shows that the quota is not used up. Never rejects. */
  noteAnswered(): Promise<void>;
  /** Sets where the ledger reads how many calls wait in this process, to tell the other replicas. */
  watchWaitingCalls(read: () => number): void;
  /**
   * Tells the other replicas in the background how many calls wait in this process, unless they know. `read` and `take`
   * tell it too.
   */
  tellWaitingCalls(): void;
}

export interface LedgerReading {
  /** On the monotonic clock of the process, like all times here. */
  readonly nowMs: number;
  /** The calls of the last window that count against `quotaCalls`, oldest first. */
  readonly callTimesMs: readonly number[];
  /** The calls of the last window that other replicas have made. */
  readonly foreignCallTimesMs: readonly number[];
  /** How many calls wait in each of the other replicas. */
  readonly callsWaitingElsewhere: readonly number[];
  /** Changes whenever a call is counted. */
  readonly version: string;
  readonly closing: Closing;
  /** No call may be sent before this time either, in addition to `closing` and the quota. */
  readonly notBeforeMs: number;
  /** How many calls may be sent in a window: the whole quota, or this replica's share while it is disconnected. */
  readonly quotaCalls: number;
}
