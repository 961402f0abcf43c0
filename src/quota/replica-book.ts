import type { LedgerView } from './call-ledger';
import type { LedgerCall, LedgerState } from './ledger-script';
import { quotaAllowsAtMs, type Quota } from './pacing';
import { inherit, shareOf, type Place } from './share';

/** Of a replica that has never met the others. */
const UNKNOWN_PLACE: Place = { replicas: 4, rank: 0 };

/** What a replica tells whoever keeps the shared ledger, which may have lost it. */
export interface Knowledge {
  /** The calls of the last window, its own and the others'. */
  readonly calls: readonly { readonly id: string; readonly ageMs: number }[];
  readonly closedForMs: number;
}

/**
 * What one of several replicas knows: of the ledger that all share, and of what it has spent itself. As
 * long as it is in touch with the others the quota is everybody's; apart from them it has a share, which
 * together with everybody else's is the quota. No network here.
 */
export interface ReplicaBook {
  knowledge(): Knowledge;
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
  /** What counts against this replica's share; `undefined` while the quota is everybody's. */
  let apart: readonly LedgerCall[] | undefined = [];
  /** Of all, as they were last seen together; empty: this one has never met the others. */
  let replicaIds: readonly string[] = [];
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

  function placeHere(): Place {
    const rank = replicaIds.indexOf(replicaId);
    return rank < 0 ? UNKNOWN_PLACE : { replicas: replicaIds.length, rank };
  }

  function waitingElsewhere(state: LedgerState | undefined): number[] {
    const others = state?.replicas.filter(({ id }) => id !== replicaId) ?? [];
    return others.map(({ waitingCalls }) => waitingCalls);
  }

  function hear(call: LedgerCall): void {
    known = inWindow(union(known, [call]));
  }

  function noteTaken(call: LedgerCall): void {
    hear(call);
    apart &&= inWindow(union(apart, [call]));
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

    knowledge() {
      const ageOf = ({ atMs }: LedgerCall) => nowMs() - clockOffsetMs - atMs;
      const calls = inWindow(known).map((call) => ({ id: call.id, ageMs: ageOf(call) }));
      return { calls, closedForMs: Math.max(0, closedHereUntilMs - nowMs()) };
    },

    learn(state) {
      clockOffsetMs = nowMs() - state.nowMs;
      closedUntilMs = state.closedUntilMs + clockOffsetMs;
      // A call that was made is never undone, whoever has forgotten it.
      known = inWindow(union(known, state.calls));
      const ids = state.replicas.map(({ id }) => id);
      const isNew = ids.some((id) => !replicaIds.includes(id));
      // As long as the quota is not everybody's again, whoever is missing may only be late.
      if (apart && !isNew) return;
      replicaIds = ids;
      apart &&= union(apart, inherit(known, placeHere()));
    },

    part() {
      // Some of the others may have been spending everybody's quota while this one still kept to its share.
      apart = union(apart ?? [], inherit(inWindow(known), placeHere()));
    },

    reunite() {
      apart = undefined;
    },

    view(state) {
      const closedMs = Math.max(closedHereUntilMs, closedUntilMs);
      const allCallTimesMs = timesOf(known);
      // Back in touch, but not yet reunited: the quota of all is kept as well as the share.
      const notBeforeMs = apart && state ? quotaAllowsAtMs(quota, allCallTimesMs) : -Infinity;
      return {
        nowMs: nowMs(),
        callTimesMs: apart ? timesOf(apart) : allCallTimesMs,
        foreignCallTimesMs: timesOf(known.filter(isForeign)),
        callsWaitingElsewhere: apart ? [] : waitingElsewhere(state),
        version: state?.version ?? versionApart(),
        closedUntilMs: closedMs,
        notBeforeMs,
        quotaCalls: apart ? shareOf(quota.calls, placeHere()) : quota.calls,
      };
    },

    takeApart(view) {
      if (view.version !== versionApart()) return false;
      const call = { id: newCallId(), atMs: nowMs() - clockOffsetMs };
      noteTaken(call);
      return true;
    },

    closeFor(ms) {
      closedHereUntilMs = Math.max(closedHereUntilMs, nowMs() + ms);
    },
  };
}

/** Each call once, oldest first. */
function union(a: readonly LedgerCall[], b: readonly LedgerCall[]): LedgerCall[] {
  const byId = new Map([...a, ...b].map((call) => [call.id, call]));
  return [...byId.values()].sort((x, y) => x.atMs - y.atMs || (x.id < y.id ? -1 : 1));
}
