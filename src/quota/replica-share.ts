import { callsSince, withNew, type KnownCall } from './known-calls';
import type { Quota } from './pacing';
import { assignPastCalls, shareOf, type ReplicaRank } from './share';

/** Assumed by a replica that has not seen the others yet. */
const UNKNOWN_RANK: ReplicaRank = { replicas: 4, rank: 0 };

/** What one replica may spend while it is disconnected from the others. */
export interface ReplicaShare {
  /** The calls of the last window that count against the share; `undefined` while the replica is connected. */
  calls(): readonly KnownCall[] | undefined;
  /** How many calls the replica may send in a window. */
  quotaCalls(): number;
  /**
   * Reports the replicas that are alive.
   * @param known all calls of the last window, oldest first
   */
  noteReplicas(replicaIds: readonly string[], known: readonly KnownCall[]): void;
  disconnect(known: readonly KnownCall[]): void;
  readonly rejoin: () => void;
  /** Counts a call of this replica. */
  addCall(call: KnownCall): void;
}

export interface ReplicaShareOptions {
  readonly quota: Quota;
  readonly replicaId: string;
  readonly nowMs: () => number;
}

export function createReplicaShare(options: ReplicaShareOptions): ReplicaShare {
  const { quota, replicaId, nowMs } = options;
  let shareCalls: readonly KnownCall[] | undefined = [];
  /** The replicas that were alive when this one was last connected, and new ones since; empty if it never was. */
  let replicaIds: readonly string[] = [];

  function ownRank(): ReplicaRank {
    const rank = replicaIds.indexOf(replicaId);
    return rank < 0 ? UNKNOWN_RANK : { replicas: replicaIds.length, rank };
  }

  function inWindow(calls: readonly KnownCall[]): readonly KnownCall[] {
    return callsSince(calls, nowMs() - quota.windowMs);
  }

  return {
    calls: () => shareCalls && inWindow(shareCalls),
    quotaCalls: () => shareOf(quota.calls, ownRank()),

    noteReplicas(ids, known) {
      if (!shareCalls) {
        replicaIds = ids;
        return;
      }
      // Until this replica has rejoined, a missing replica may only be reconnecting later, so it is kept.
      const added = ids.filter((id) => !replicaIds.includes(id));
      if (added.length === 0) return;
      replicaIds = [...replicaIds, ...added].sort();
      shareCalls = withNew(shareCalls, assignPastCalls(known, ownRank()));
    },

    disconnect(known) {
      // If this replica has not rejoined yet, others may have spent the whole quota meanwhile.
      shareCalls = withNew(shareCalls ?? [], assignPastCalls(known, ownRank()));
    },

    rejoin() {
      shareCalls = undefined;
    },

    addCall(call) {
      shareCalls &&= inWindow(withNew(shareCalls, [call]));
    },
  };
}
