import type { LedgerView } from './call-ledger';
import type { LedgerCall, LedgerState } from './ledger-script';
import { quotaAllowsAtMs, type Quota } from './pacing';
import { inherit, shareOf, type Place } from './share';

/** Of a replica that has never met the others. */
const UNKNOWN_PLACE: Place = { replicas: 4, rank: 0 };

/** What a replica tells the others of itself. */
export interface OwnSpending {
  readonly ownCalls: readonly { readonly id: string; readonly ageMs: number }[];
  readonly closedForMs: number;
}

/**
 * What one of several replicas knows: of the ledger that all share, and of what it has spent itself. As
 * long as it is in touch with the others the quota is everybody's; apart from them it has a share, which
 * together with everybody else's is the quota. No network here.
 */
export interface ReplicaBook {
  ownSpending(): OwnSpending;
  /** What the shared ledger says. */
  learn(state: LedgerState): void;
  /** A call that anybody has counted in the shared ledger. */
  hear(call: LedgerCall): void;
  /** The others cannot be asked any more. */
  part(): void;
  /** All others are in touch again, and what they have spent meanwhile is in the shared ledger. */
  reunite(): void;
  /** @param state what the shared ledger says; `undefined`: it cannot be asked */
  view(state: LedgerState | undefined): LedgerView;
  newCallId(): string;
  noteTaken(call: LedgerCall): void;
  /** Counts a call without the others; false if one was counted since the view, or the view is of the shared ledger. */
  takeApart(view: LedgerView): boolean;
  closeFor(ms: number): void;
}

export interface ReplicaBookOptions {
  readonly quota: Quota;
  /** Of this process, and of no other. */
  readonly replicaId: string;
  readonly nowMs: () => number;
}

export function createReplicaBook({ quota, replicaId, nowMs }: ReplicaBookOptions): ReplicaBook {
  /** Calls are on the shared ledger's clock, oldest first. */
  let known: readonly LedgerCall[] = [];
  let own: readonly LedgerCall[] = [];
  /** What counts against this replica's share; `undefined` while the quota is everybody's. */
  let apart: readonly LedgerCall[] | undefined = [];
  let place: Place | undefined;
  let clockOffsetMs = 0;
  let closedHereUntilMs = -Infinity;
  let closedUntilMs = -Infinity;
  let callIds = 0;

  function inWindow(calls: readonly LedgerCall[]): LedgerCall[] {
    const startMs = nowMs() - clockOffsetMs - quota.windowMs;
    return calls.filter(({ atMs }) => atMs > startMs);
  }

  /** On the clock of the process. */
  function timesOf(calls: readonly LedgerCall[]): number[] {
    return inWindow(calls).map(({ atMs }) => atMs + clockOffsetMs);
  }

  function isForeign({ id }: LedgerCall): boolean {
    return !id.startsWith(`${replicaId}:`);
  }

  function waitingElsewhere(state: LedgerState | undefined): number[] {
    const others = state?.replicas.filter(({ id }) => id !== replicaId) ?? [];
    return others.map(({ waitingCalls }) => waitingCalls);
  }

  function hear(call: LedgerCall): void {
    known = [...known.filter(({ id }) => id !== call.id), call].sort((a, b) => a.atMs - b.atMs);
  }

  function noteTaken(call: LedgerCall): void {
    own = [...own, call];
    apart &&= [...apart, call];
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
    hear,
    noteTaken,
    newCallId,

    ownSpending() {
      own = inWindow(own);
      const ownCalls = own.map(({ id, atMs }) => ({ id, ageMs: nowMs() - clockOffsetMs - atMs }));
      return { ownCalls, closedForMs: Math.max(0, closedHereUntilMs - nowMs()) };
    },

    learn(state) {
      clockOffsetMs = nowMs() - state.nowMs;
      closedUntilMs = state.closedUntilMs + clockOffsetMs;
      known = state.calls;
      const first = place === undefined;
      // As long as the quota is not everybody's again, whoever is missing may only be late.
      if (apart && !first) return;
      place = {
        replicas: state.replicas.length,
        rank: state.replicas.findIndex(({ id }) => id === replicaId),
      };
      if (first) apart = inherit(known, place);
    },

    part() {
      apart ??= inherit(inWindow(known), place ?? UNKNOWN_PLACE);
    },

    reunite() {
      apart = undefined;
    },

    view(state) {
      const closedMs = Math.max(closedHereUntilMs, closedUntilMs);
      const allCallTimesMs = timesOf(known);
      // Back in touch, but not yet reunited: the quota of all is kept as well as the share.
      const alsoMs = apart && state ? quotaAllowsAtMs(quota, allCallTimesMs) : -Infinity;
      return {
        nowMs: nowMs(),
        callTimesMs: apart ? timesOf(apart) : allCallTimesMs,
        foreignCallTimesMs: timesOf(known.filter(isForeign)),
        callsWaitingElsewhere: apart ? [] : waitingElsewhere(state),
        version: state?.version ?? versionApart(),
        closedUntilMs: Math.max(closedMs, alsoMs),
        quotaCalls: apart ? shareOf(quota.calls, place ?? UNKNOWN_PLACE) : quota.calls,
      };
    },

    takeApart(view) {
      if (view.version !== versionApart()) return false;
      const call = { id: newCallId(), atMs: nowMs() - clockOffsetMs };
      hear(call);
      noteTaken(call);
      return true;
    },

    closeFor(ms) {
      closedHereUntilMs = Math.max(closedHereUntilMs, nowMs() + ms);
    },
  };
}
