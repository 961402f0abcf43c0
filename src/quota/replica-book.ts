import type { LedgerView } from './call-ledger';
import type { ClosingRequest } from './closing';
import { withLater, withNew, type KnownCall } from './known-calls';
import { createKnownClosing } from './known-closing';
import type { LedgerCall, LedgerState } from './ledger-script';
import { quotaAllowsAtMs, type Quota } from './pacing';
import { inherit, shareOf, type Place } from './share';

/** Of a replica that has never met the others. */
const UNKNOWN_PLACE: Place = { replicas: 4, rank: 0 };

/** What a replica brings along to the shared ledger, which may have lost it. */
export interface Knowledge {
  /** The calls of the last window, its own and the others'. */
  readonly calls: readonly LedgerCall[];
  /** What upstream has told this replica, as far as it still holds. */
  readonly closing: ClosingRequest;
}

/**
 * What one of several replicas knows: of the ledger that all share, and of what it has spent itself. As
 * long as it is in touch with the others the quota is everybody's; apart from them it has a share, which
 * together with everybody else's is the quota. All times are on this replica's monotonic clock: what it
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
  view(state: LedgerState | undefined): LedgerView;
  newCallId(): string;
  noteTaken(id: string): void;
  /** Counts a call without the others; false if one was counted since the view, or the view is of the shared ledger. */
  takeApart(view: LedgerView): boolean;
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

export function createReplicaBook({ quota, replicaId, nowMs }: ReplicaBookOptions): ReplicaBook {
  /** Oldest first, like all calls here. */
  let known: readonly KnownCall[] = [];
  /** As the shared ledger has them, which may take a call for younger than it is. */
  let shared: readonly KnownCall[] = [];
  /** What counts against this replica's share; `undefined` while the quota is everybody's. */
  let apart: readonly KnownCall[] | undefined = [];
  /** Of all, as they were last seen together; empty: this one has never met the others. */
  let replicaIds: readonly string[] = [];
  let callIds = 0;
  const closing = createKnownClosing(nowMs);

  function inWindow(calls: readonly KnownCall[]): KnownCall[] {
    const startMs = nowMs() - quota.windowMs;
    return calls.filter(({ atMs }) => atMs > startMs);
  }

  function timesOf(calls: readonly KnownCall[]): number[] {
    return inWindow(calls).map(({ atMs }) => atMs);
  }

  /** No call is from the future. */
  function toKnown({ id, ageMs }: LedgerCall): KnownCall {
    return { id, atMs: nowMs() - Math.max(0, ageMs) };
  }

  function isForeign({ id }: KnownCall): boolean {
    return !id.startsWith(`${replicaId}:`);
  }

  function placeHere(): Place {
    const rank = replicaIds.indexOf(replicaId);
    return rank < 0 ? UNKNOWN_PLACE : { replicas: replicaIds.length, rank };
  }

  function waitingElsewhere(state: LedgerState | undefined): number[] {
    const others = state?.replicas.filter(({ id }) => id !== replicaId) ?? [];
    return others.map(({ waitingCalls }) => waitingCalls);
  }

  function noteTaken(id: string): void {
    const call = { id, atMs: nowMs() };
    known = inWindow(withNew(known, [call]));
    apart &&= inWindow(withNew(apart, [call]));
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

    hear(call) {
      known = inWindow(withNew(known, [toKnown(call)]));
    },

    knowledge() {
      const calls = inWindow(known).map(({ id, atMs }) => ({ id, ageMs: nowMs() - atMs }));
      return { calls, closing: closing.own() };
    },

    learn(state) {
      closing.learn(state.closing);
      shared = state.calls.map(toKnown);
      // A call that was made is never undone, whatever the ledger has forgotten.
      known = inWindow(withNew(known, shared));
      const ids = state.replicas.map(({ id }) => id);
      const isNew = ids.some((id) => !replicaIds.includes(id));
      // As long as the quota is not everybody's again, a replica that is missing may only be late.
      if (apart && !isNew) return;
      replicaIds = ids;
      apart &&= withNew(apart, inherit(known, placeHere()));
    },

    part() {
      // Some of the others may have been spending everybody's quota while this one still kept to its share.
      apart = withNew(apart ?? [], inherit(inWindow(known), placeHere()));
    },

    reunite() {
      apart = undefined;
    },

    view(state) {
      // What Redis would refuse is not tried.
      const allCallTimesMs = timesOf(state ? withLater(known, shared) : known);
      // Back in touch, but not yet reunited: the quota of all is kept as well as the share.
      const notBeforeMs = apart && state ? quotaAllowsAtMs(quota, allCallTimesMs) : -Infinity;
      return {
        nowMs: nowMs(),
        callTimesMs: apart ? timesOf(apart) : allCallTimesMs,
        foreignCallTimesMs: timesOf(known.filter(isForeign)),
        callsWaitingElsewhere: apart ? [] : waitingElsewhere(state),
        version: state?.version ?? versionApart(),
        closing: closing.current(),
        notBeforeMs,
        quotaCalls: apart ? shareOf(quota.calls, placeHere()) : quota.calls,
      };
    },

    takeApart(view) {
      if (view.version !== versionApart() || closing.current().untilMs > nowMs()) return false;
      noteTaken(newCallId());
      closing.noteCall();
      return true;
    },

    closeFor: (request) => {
      closing.closeFor(request);
    },

    noteAnswered: () => closing.noteAnswered(),
  };
}
