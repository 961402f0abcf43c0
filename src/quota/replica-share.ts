import { callsSince, withNew, type KnownCall } from './known-calls';
import type { Quota } from './pacing';
import { inherit, shareOf, type Place } from './share';

/** Of a replica that has never met the others. */
const UNKNOWN_PLACE: Place = { replicas: 4, rank: 0 };

/** What one replica may spend while it is apart from the others. */
export interface ReplicaShare {
  /** The calls of the last window that count against the share; `undefined` while the quota is shared. */
  calls(): readonly KnownCall[] | undefined;
  /** Calls of a window. */
  quotaCalls(): number;
  /** @param known all calls of the last window, oldest first */
  meet(replicaIds: readonly string[], known: readonly KnownCall[]): void;
  part(known: readonly KnownCall[]): void;
  readonly reunite: () => void;
  /** This replica has made a call. */
  note(call: KnownCall): void;
}

export interface ReplicaShareOptions {
  readonly quota: Quota;
  readonly replicaId: string;
  readonly nowMs: () => number;
}

export function createReplicaShare(options: ReplicaShareOptions): ReplicaShare {
  const { quota, replicaId, nowMs } = options;
  let apart: readonly KnownCall[] | undefined = [];
  /** Of all, as they were last seen together; empty: this one has never met the others. */
  let replicaIds: readonly string[] = [];

  function placeHere(): Place {
    const rank = replicaIds.indexOf(replicaId);
    return rank < 0 ? UNKNOWN_PLACE : { replicas: replicaIds.length, rank };
  }

  function inWindow(calls: readonly KnownCall[]): readonly KnownCall[] {
    return callsSince(calls, nowMs() - quota.windowMs);
  }

  return {
    calls: () => apart && inWindow(apart),
    quotaCalls: () => shareOf(quota.calls, placeHere()),

    meet(ids, known) {
      const isNew = ids.some((id) => !replicaIds.includes(id));
      // As long as the quota is not shared again, a replica that is missing may only be late.
      if (apart && !isNew) return;
      replicaIds = ids;
      apart &&= withNew(apart, inherit(known, placeHere()));
    },

    part(known) {
      // Some of the others may have been spending the whole quota while this one still kept to its share.
      apart = withNew(apart ?? [], inherit(known, placeHere()));
    },

    reunite() {
      apart = undefined;
    },

    note(call) {
      apart &&= inWindow(withNew(apart, [call]));
    },
  };
}
