import { QUOTAS_KEPT } from './ledger-checks.lua';
import type { LedgerCall } from './ledger-script';
import type { Quota } from './pacing';

/** A call as one replica knows it, on its own monotonic clock. */
export interface KnownCall {
  /** `replica:number`. */
  readonly id: string;
  readonly atMs: number;
}

/** The calls that one replica knows of, its own and the others'. What has left the window is forgotten. */
export interface KnownCalls {
  /** Oldest first. */
  all(): readonly KnownCall[];
  /** The same, at the times that the shared ledger has, which may take a call for younger than it is. */
  asShared(): readonly KnownCall[];
  /** A replica has counted a call. */
  readonly hear: (call: LedgerCall) => void;
  /** What the shared ledger has. A call that was made is never undone, whatever the ledger has forgotten. */
  learn(calls: readonly LedgerCall[]): void;
}

export function createKnownCalls(
  { calls: quotaCalls, windowMs }: Quota,
  nowMs: () => number,
): KnownCalls {
  let known: readonly KnownCall[] = [];
  let shared: readonly KnownCall[] = [];

  function inWindow(calls: readonly KnownCall[]): readonly KnownCall[] {
    return callsSince(calls, nowMs() - windowMs).slice(-QUOTAS_KEPT * quotaCalls);
  }

  /** A call whose age cannot be has just been made, which is never one too few. */
  function toKnown({ id, ageMs }: LedgerCall): KnownCall {
    const isPossible = ageMs >= 0 && ageMs <= windowMs;
    return { id, atMs: nowMs() - (isPossible ? ageMs : 0) };
  }

  return {
    all: () => inWindow(known),
    asShared: () => inWindow(withLater(known, shared)),
    hear(call) {
      known = inWindow(withNew(known, [toKnown(call)]));
    },
    learn(calls) {
      shared = calls.map(toKnown);
      known = inWindow(withNew(known, shared));
    },
  };
}

export function callsSince(calls: readonly KnownCall[], sinceMs: number): readonly KnownCall[] {
  return calls.filter(({ atMs }) => atMs > sinceMs);
}

/** Each call once, oldest first; the time of a call that is known stays. */
export function withNew(known: readonly KnownCall[], told: readonly KnownCall[]): KnownCall[] {
  const byId = new Map([...told, ...known].map((call) => [call.id, call]));
  return oldestFirst([...byId.values()]);
}

/** Each call once, oldest first, at the later of its two times. */
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
