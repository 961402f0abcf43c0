import type { LedgerReading } from './call-ledger';
import type { ClosingRequest } from './closing';
import { createKnownCalls, type KnownCall, type KnownCalls } from './known-calls';
import { createKnownClosing } from './known-closing';
import type { LedgerCall, LedgerState } from './ledger-script';
import { quotaAllowsAtMs, type Quota } from './pacing';
import { createReplicaShare, type ReplicaShare } from './replica-share';

/** What a replica brings along to the shared ledger, which may have lost it. */
export interface Knowledge {
  /** The calls of the last window, its own and the others'. */
  readonly calls: readonly LedgerCall[];
  /** What upstream has told this replica, as far as it still holds. */
  readonly closing: ClosingRequest;
}

/**
 * What one of several replicas knows: of the ledger that all share, and of what it has spent itself. As
 * long as it is in touch with the others it may spend the whole quota; apart from them it has a share, which
 * together with all others' is the quota. All times are on this replica's monotonic clock: what it
 * knows keeps its real age, whatever the clocks of Redis and of the others do. No network here.
 */
export interface ReplicaBook {
  knowledge(): Knowledge;
  /** What the shared ledger says. */
  learn(state: LedgerState): void;
  /** A call that a replica has counted in the shared ledger. */
  hear(call: LedgerCall): void;
  /** The others cannot be asked any more. */
  part(): void;
  /** All others are in touch again, and what they have spent meanwhile is in the shared ledger. */
  reunite(): void;
  /** @param state what the shared ledger says; `undefined`: it cannot be asked */
  view(state: LedgerState | undefined): LedgerReading;
  newCallId(): string;
  noteTaken(id: string): void;
  /** Counts a call without the others; false if one was counted since the view, or the view is of the shared ledger. */
  takeApart(view: LedgerReading): boolean;
  closeFor(request: ClosingRequest): void;
  /** Upstream has answered a call. True: that was the probe, which the others have to know. */
  noteAnswered(): boolean;
}

export interface ReplicaBookOptions {
  readonly quota: Quota;
  /** Of this process, and of no other. */
  readonly replicaId: string;
  /** Monotonic. */
  readonly nowMs: () => number;
}

export function createReplicaBook(options: ReplicaBookOptions): ReplicaBook {
  const { replicaId, nowMs } = options;
  const calls = createKnownCalls(options.quota, nowMs);
  const share = createReplicaShare(options);
  const closing = createKnownClosing(nowMs);
  let callIds = 0;

  function noteTaken(id: string): void {
    calls.hear({ id, ageMs: 0 });
    share.note({ id, atMs: nowMs() });
  }

  /** Never the version of the shared ledger, which is a number. */
  function versionApart(): string {
    return `apart ${callIds}`;
  }

  function newCallId(): string {
    callIds += 1;
    return `${replicaId}:${callIds}`;
  }

  return {
    noteTaken,
    newCallId,
    hear: calls.hear,
    reunite: share.reunite,
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
      share.meet(replicaIds, calls.all());
    },

    part: () => {
      share.part(calls.all());
    },
    view: (state) => ({
      ...viewOf(options, { calls, share }, state),
      version: state?.version ?? versionApart(),
      closing: closing.current(),
    }),

    takeApart(view) {
      if (view.version !== versionApart() || closing.current().untilMs > nowMs()) return false;
      noteTaken(newCallId());
      closing.noteCall();
      return true;
    },
  };
}

function viewOf(
  { quota, replicaId, nowMs }: ReplicaBookOptions,
  { calls, share }: { readonly calls: KnownCalls; readonly share: ReplicaShare },
  state: LedgerState | undefined,
): Omit<LedgerReading, 'version' | 'closing'> {
  // What Redis would refuse is not tried.
  const allTimesMs = timesOf(state ? calls.asShared() : calls.all());
  const others = state?.replicas.filter(({ id }) => id !== replicaId) ?? [];
  const apart = share.calls();
  return {
    nowMs: nowMs(),
    callTimesMs: apart ? timesOf(apart) : allTimesMs,
    foreignCallTimesMs: timesOf(calls.all().filter(({ id }) => !id.startsWith(`${replicaId}:`))),
    callsWaitingElsewhere: apart ? [] : others.map(({ waitingCalls }) => waitingCalls),
    // Back in touch, but not yet reunited: the quota of all is kept as well as the share.
    notBeforeMs: apart && state ? quotaAllowsAtMs(quota, allTimesMs) : -Infinity,
    quotaCalls: apart ? share.quotaCalls() : quota.calls,
  };
}

function timesOf(calls: readonly KnownCall[]): number[] {
  return calls.map(({ atMs }) => atMs);
}
