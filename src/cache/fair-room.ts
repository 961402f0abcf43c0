/** A cache that shares room with others. */
export interface RoomMember {
  /** How many answers it holds. */
  readonly size: () => number;
  /** Drops its least recently used answer. */
  readonly evictOldest: () => void;
}

/** Room for a number of answers, which several caches share. */
export interface FairRoom {
  /** @returns a function to call when the cache is no longer used, and so takes no room */
  readonly join: (member: RoomMember) => () => void;
  /** Call it after answers were added. The caches that hold most drop answers, until all fit. */
  readonly makeRoom: () => void;
}

/**
 * A cache that fills the room drops its own answers and not those of others: as long as a cache holds no more than its
 * equal share, another one holds more.
 */
export function createFairRoom(maxAnswers: number): FairRoom {
  const members = new Set<RoomMember>();

  function largest(): RoomMember | undefined {
    let found: RoomMember | undefined;
    for (const member of members) if (member.size() > (found?.size() ?? 0)) found = member;
    return found;
  }

  return {
    join(member) {
      members.add(member);
      return () => {
        members.delete(member);
      };
    },
    makeRoom() {
      let total = 0;
      for (const member of members) total += member.size();
      for (; total > maxAnswers; total -= 1) largest()?.evictOldest();
    },
  };
}
