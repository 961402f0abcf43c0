import type { LedgerReading } from './call-ledger';
import type { ClosingRequest } from './closing';
import { createKnownCalls, type KnownCall, type KnownCalls } from './known-calls';
import { createKnownClosing } from './known-closing';
import type { LedgerCall, LedgerState } from './ledger-script';
import { quotaAllowsAtMs, type Quota } from './pacing';
import { createReplicaShare, type ReplicaShare } from './replica-share';

/** What a replica sends to the shared ledger, which may have lost it. */
export interface Knowledge {
  /** The calls of the last window, made by any replica. */
  readonly calls: readonly LedgerCall[];
  /** What Feishu has told this replica; 0 ms if that has ended. */
  readonly closing: ClosingRequest;
}

/**
 * What one replica knows about the shared ledger and its own calls. While it is connected, it may spend the
 * whole quota. While it is disconnected, it may spend its share. All times are on this replica's monotonic clock,
 * so that steps of other clocks do not change the ages of calls. Does no network I/O.
 */
export interface ReplicaBook {
  knowledge(): Knowledge;
  /** Stores the state of the shared ledger. */
  learn(state: LedgerState): void;
  /** Adds a call that a replica has counted in the shared ledger. */
  addCall(call: LedgerCall): void;
  /** Redis is unreachable: from now on only the share may be spent. */
  disconnect(): void;
  /** All replicas are assumed to be connected again and to have sent their calls to the shared ledger. */
  rejoin(): void;
  /** Whether only the share may be spent: until this replica rejoins. */
  isApart(): boolean;
  /** @param state the shared ledger; `undefined` if it is unreachable */
  read(state: LedgerState | undefined): LedgerReading;
  newCallId(): string;
  noteTaken(id: string): void;
  /** Counts a call against the share. @returns false if the reading is outdated or of the shared ledger */
  takeFromShare(reading: LedgerReading): boolean;
  closeFor(request: ClosingRequest): void;
  /** Reports an answered call, which ends a probe. @returns whether there was one, so that the others must be told */
  noteAnswered(): boolean;
}

export interface ReplicaBookOptions {
  readonly quota: Quota;
  /** Unique to this process. */
  readonly replicaId: string;
  /** The monotonic clock. */
  readonly nowMs: () => number;
}

export function createReplicaBook(options: ReplicaBookOptions): ReplicaBook {
  const { replicaId, nowMs } = options;
  const calls = createKnownCalls(options.quota, nowMs);
  const share = createReplicaShare(options);
  const closing = createKnownClosing(nowMs);
  let callIds = 0;

  function noteTaken(id: string): void {
    calls.addCall({ id, ageMs: 0 });
    share.addCall({ id, atMs: nowMs() });
  }

  /** Differs from all versions of the shared ledger, which are numbers. */
  function shareVersion(): string {
    return `share ${callIds}`;
  }

  function newCallId(): string {
    callIds += 1;
    return `${replicaId}:${callIds}`;
  }

  return {
    noteTaken,
    newCallId,
    addCall: calls.addCall,
    rejoin: share.rejoin,
    isApart: () => share.calls() !== undefined,
    closeFor: closing.closeFor,
    noteAnswered: closing.noteAnswered,

    knowledge() {
      const known = calls.all().map(({ id, atMs }) => ({ id, ageMs: nowMs() - atMs }));
      return { calls: known, closing: closing.own() };
    },

    learn(state) {
      closing.learn(state.closing);
      calls.learn(state.calls);
      const replicaIds = state.replicas.map(({ id }) => id);
      share.noteReplicas(replicaIds, calls.all());
    },

    disconnect: () => {
      share.disconnect(calls.all());
    },
    read: (state) => ({
      ...readingOf(options, { calls, share }, state),
      version: state?.version ?? shareVersion(),
      closing: closing.current(),
    }),

    takeFromShare(reading) {
      if (reading.version !== shareVersion() || closing.current().untilMs > nowMs()) return false;
      noteTaken(newCallId());
      closing.noteCall();
      return true;
    },
  };
}

function readingOf(
  { quota, replicaId, nowMs }: ReplicaBookOptions,
  { calls, share }: { readonly calls: KnownCalls; readonly share: ReplicaShare },
  state: LedgerState | undefined,
): Omit<LedgerReading, 'version' | 'closing'> {
  // While connected, use the times that Redis decides by, so that it does not refuse a call.
  const allTimesMs = timesOf(state ? calls.asShared() : calls.all());
  const others = state?.replicas.filter(({ id }) => id !== replicaId) ?? [];
  const shareCalls = share.calls();
  return {
    nowMs: nowMs(),
    callTimesMs: shareCalls ? timesOf(shareCalls) : allTimesMs,
    foreignCallTimesMs: timesOf(calls.all().filter(({ id }) => !id.startsWith(`${replicaId}:`))),
    callsWaitingElsewhere: shareCalls ? [] : others.map(({ waitingCalls }) => waitingCalls),
    // Connected, but not yet rejoined: both the share and the quota of all replicas apply.
    notBeforeMs: shareCalls && state ? quotaAllowsAtMs(quota, allTimesMs) : -Infinity,
    quotaCalls: shareCalls ? share.quotaCalls() : quota.calls,
  };
}

function timesOf(calls: readonly KnownCall[]): number[] {
  return calls.map(({ atMs }) => atMs);
}
