import { QUOTAS_KEPT } from './ledger-checks.lua';
import type { LedgerCall } from './ledger-script';
import type { Quota } from './pacing';

/** A call as one replica knows it, on its own monotonic clock. */
export interface KnownCall {
  /** `replica:number`. */
  readonly id: string;
  readonly atMs: number;
}

/** The calls of the last window that one replica knows of, made by any replica. */
export interface KnownCalls {
  /** Oldest first. */
  all(): readonly KnownCall[];
  /** As `all`, but at the time in the shared ledger where that is later. Redis decides by its own times. */
  asShared(): readonly KnownCall[];
  /** Adds a call that a replica has counted. */
  readonly addCall: (call: LedgerCall) => void;
  /** Adds the calls of the shared ledger. Calls that the ledger has lost are kept. */
  learn(calls: readonly LedgerCall[]): void;
}

/**
 * Calls are remembered for this many windows, so that a replica keeps the time of a call that has left the window.
 * With each way from one replica through Redis to another, a call looks newer by a round trip. If replicas forgot it at
 * once and learned it anew from each other, it would never leave the window.
 */
const WINDOWS_REMEMBERED = 2;

export function createKnownCalls(
  { calls: quotaCalls, windowMs }: Quota,
  nowMs: () => number,
): KnownCalls {
  let known: readonly KnownCall[] = [];
  let shared: readonly KnownCall[] = [];

  function inWindow(calls: readonly KnownCall[], windows = 1): readonly KnownCall[] {
    const sinceMs = nowMs() - windows * windowMs;
    return callsSince(calls, sinceMs).slice(-QUOTAS_KEPT * windows * quotaCalls);
  }

  function remember(calls: readonly KnownCall[]): void {
    known = inWindow(withNew(known, calls), WINDOWS_REMEMBERED);
  }

  /** A call with an impossible age counts as made now, so that it cannot be missed in the window. */
  function toKnown({ id, ageMs }: LedgerCall): KnownCall {
    const isPossible = ageMs >= 0 && ageMs <= windowMs;
    return { id, atMs: nowMs() - (isPossible ? ageMs : 0) };
  }

  return {
    all: () => inWindow(known),
    asShared: () => inWindow(withLater(known, shared)),
    addCall(call) {
      remember([toKnown(call)]);
    },
    learn(calls) {
      shared = calls.map(toKnown);
      remember(shared);
    },
  };
}

export function callsSince(calls: readonly KnownCall[], sinceMs: number): readonly KnownCall[] {
  return calls.filter(({ atMs }) => atMs > sinceMs);
}

/** Both lists without duplicates, oldest first. A known call keeps its time. */
export function withNew(known: readonly KnownCall[], reported: readonly KnownCall[]): KnownCall[] {
  const byId = new Map([...reported, ...known].map((call) => [call.id, call]));
  return oldestFirst([...byId.values()]);
}

/** Both lists without duplicates, oldest first. A call in both gets the later time. */
function withLater(a: readonly KnownCall[], b: readonly KnownCall[]): KnownCall[] {
  const byId = new Map(a.map((call) => [call.id, call]));
  for (const call of b) {
    const other = byId.get(call.id);
    if (!other || call.atMs > other.atMs) byId.set(call.id, call);
  }
  return oldestFirst([...byId.values()]);
}

function oldestFirst(calls: KnownCall[]): KnownCall[] {
  return calls.sort((x, y) => x.atMs - y.atMs || (x.id < y.id ? -1 : 1));
}
