/** Milliseconds until the n-th next call may be sent, counted from 1. */
export type WaitMs = (nthCall: number) => number;

/**
 * Simulates which call each waiting user gets if calls are sent as early as the quota allows, the most
 * urgent batch first. Admission uses it to accept newcomers only if no other user becomes late.
 */
export interface Schedule<B, U> {
  /** Adds a user that is admitted already. */
  add(batch: B, seats: number, user: U, sendByMs: number): void;
  /**
   * Adds a user, or moves it to an earlier time, if it is in time and makes no other user late.
   * @returns `nthCall`: the call that it would be in; it was added only if it `fits`
   */
  tryAdd(
    batch: B,
    seats: number,
    user: U,
    sendByMs: number,
  ): { readonly fits: boolean; readonly nthCall: number };
  remove(batch: B, user: U): void;
}

interface ScheduledBatch<U> {
  readonly seats: number;
  /** The most urgent user first. */
  readonly places: { readonly user: U; readonly sendByMs: number }[];
}

export function createSchedule<B, U>(waitMs: WaitMs, nowMs: number): Schedule<B, U> {
  const batches = new Map<B, ScheduledBatch<U>>();

  function insert(batch: B, seats: number, user: U, sendByMs: number): void {
    const scheduled = batches.get(batch) ?? { seats, places: [] };
    batches.set(batch, scheduled);
    let at = scheduled.places.length;
    while (at > 0 && (scheduled.places[at - 1]?.sendByMs ?? 0) > sendByMs) at -= 1;
    scheduled.places.splice(at, 0, { user, sendByMs });
  }

  function remove(batch: B, user: U): number | undefined {
    const places = batches.get(batch)?.places ?? [];
    const at = places.findIndex((place) => place.user === user);
    if (at < 0) return undefined;
    const [place] = places.splice(at, 1);
    if (places.length === 0) batches.delete(batch);
    return place?.sendByMs;
  }

  const simulateCalls = (user?: U) =>
    simulate(batches.values(), (nthCall) => nowMs + waitMs(nthCall), user);

  let lateBefore: number | undefined;
  return {
    add(batch, seats, user, sendByMs) {
      insert(batch, seats, user, sendByMs);
      lateBefore = undefined;
    },

    tryAdd(batch, seats, user, sendByMs) {
      lateBefore ??= simulateCalls().late;
      const sendByMsBefore = remove(batch, user);
      insert(batch, seats, user, sendByMs);
      const { late, nthCall } = simulateCalls(user);
      if (late <= lateBefore) return { fits: true, nthCall };
      remove(batch, user);
      if (sendByMsBefore !== undefined) insert(batch, seats, user, sendByMsBefore);
      return { fits: false, nthCall };
    },

    remove(batch, user) {
      remove(batch, user);
      lateBefore = undefined;
    },
  };
}

/** @returns `late`: how many users' calls are sent too late; `nthCall`: the call that `user` is in */
function simulate<U>(
  batches: Iterable<ScheduledBatch<U>>,
  sendAtMs: (nthCall: number) => number,
  user?: U,
): { late: number; nthCall: number } {
  const byUrgency = [...batches].sort(
    (a, b) => (a.places[0]?.sendByMs ?? 0) - (b.places[0]?.sendByMs ?? 0),
  );
  let late = 0;
  let callsBefore = 0;
  let nthCall = 0;
  for (const { seats, places } of byUrgency) {
    for (let first = 0; first < places.length; first += seats) {
      callsBefore += 1;
      const atMs = sendAtMs(callsBefore);
      const end = Math.min(places.length, first + seats);
      for (let i = first; i < end && (places[i]?.sendByMs ?? 0) < atMs; i += 1) late += 1;
      if (user === undefined || nthCall > 0) continue;
      for (let i = first; i < end; i += 1) if (places[i]?.user === user) nthCall = callsBefore;
    }
  }
  return { late, nthCall };
}
