/** Milliseconds until the n-th call from now on may leave, counted from 1. */
export type WaitMs = (nthCall: number) => number;

/**
 * What each waiting user's place is if calls leave as early as the quota allows, the most urgent batch first:
 * by it newcomers are admitted, and no other user of the schedule loses its place.
 */
export interface Schedule<B, U> {
  /** Adds a user that has its place already. */
  add(batch: B, seats: number, user: U, leaveByMs: number): void;
  /**
   * Adds a user, or gives it less time, if it is in time and makes no other user late.
   * @returns which call it would be in; it has been added only if it `fits`
   */
  tryAdd(
    batch: B,
    seats: number,
    user: U,
    leaveByMs: number,
  ): { readonly fits: boolean; readonly nthCall: number };
  remove(batch: B, user: U): void;
}

interface ScheduledBatch<U> {
  readonly seats: number;
  /** The most urgent one first. */
  readonly places: { readonly user: U; readonly leaveByMs: number }[];
}

export function createSchedule<B, U>(waitMs: WaitMs, nowMs: number): Schedule<B, U> {
  const lines = new Map<B, ScheduledBatch<U>>();

  function insert(batch: B, seats: number, user: U, leaveByMs: number): void {
    const line = lines.get(batch) ?? { seats, places: [] };
    lines.set(batch, line);
    let at = line.places.length;
    while (at > 0 && (line.places[at - 1]?.leaveByMs ?? 0) > leaveByMs) at -= 1;
    line.places.splice(at, 0, { user, leaveByMs });
  }

  function remove(batch: B, user: U): number | undefined {
    const places = lines.get(batch)?.places ?? [];
    const at = places.findIndex((place) => place.user === user);
    if (at < 0) return undefined;
    const [place] = places.splice(at, 1);
    if (places.length === 0) lines.delete(batch);
    return place?.leaveByMs;
  }

  const reviewed = (user?: U) => review(lines.values(), (nthCall) => nowMs + waitMs(nthCall), user);

  let lateBefore: number | undefined;
  return {
    add(batch, seats, user, leaveByMs) {
      insert(batch, seats, user, leaveByMs);
      lateBefore = undefined;
    },

    tryAdd(batch, seats, user, leaveByMs) {
      lateBefore ??= reviewed().late;
      const leaveByMsBefore = remove(batch, user);
      insert(batch, seats, user, leaveByMs);
      const { late, nthCall } = reviewed(user);
      if (late <= lateBefore) return { fits: true, nthCall };
      remove(batch, user);
      if (leaveByMsBefore !== undefined) insert(batch, seats, user, leaveByMsBefore);
      return { fits: false, nthCall };
    },

    remove(batch, user) {
      remove(batch, user);
      lateBefore = undefined;
    },
  };
}

/** Counts the users whose call leaves too late, and tells which call one of them is in. */
function review<U>(
  lines: Iterable<ScheduledBatch<U>>,
  leaveAtMs: (nthCall: number) => number,
  user?: U,
): { late: number; nthCall: number } {
  const byUrgency = [...lines].sort(
    (a, b) => (a.places[0]?.leaveByMs ?? 0) - (b.places[0]?.leaveByMs ?? 0),
  );
  let late = 0;
  let callsBefore = 0;
  let nthCall = 0;
  for (const { seats, places } of byUrgency) {
    for (let first = 0; first < places.length; first += seats) {
      callsBefore += 1;
      const atMs = leaveAtMs(callsBefore);
      const end = Math.min(places.length, first + seats);
      for (let i = first; i < end && (places[i]?.leaveByMs ?? 0) < atMs; i += 1) late += 1;
      if (user === undefined || nthCall > 0) continue;
      for (let i = first; i < end; i += 1) if (places[i]?.user === user) nthCall = callsBefore;
    }
  }
  return { late, nthCall };
}
