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

  /**
   * Lowers the caches that hold most, in turns, to the size of the next one.
   * @returns how many of the answers are still too many
   */
  function lowerLargest(excess: number): number {
    const { largest, lead } = findLargest();
    let left = excess;
    for (let turn = 0; turn < lead && left > 0; turn += 1) {
      for (const member of largest.slice(0, left)) member.evictOldest();
      left -= Math.min(left, largest.length);
    }
    return left;
  }

  /** The caches that hold most, and how many answers more than any other. */
  function findLargest(): { largest: readonly RoomMember[]; lead: number } {
    let [most, next] = [0, 0];
    let largest: RoomMember[] = [];
    for (const member of members) {
      const size = member.size();
      if (size === most) largest.push(member);
      else if (size < most) next = Math.max(next, size);
      else [most, next, largest] = [size, most, [member]];
    }
    return { largest, lead: most - next };
  }

  return {
    join(member) {
      members.add(member);
      return () => {
        members.delete(member);
      };
    },
    makeRoom() {
      let excess = -maxAnswers;
      for (const member of members) excess += member.size();
      while (excess > 0) excess = lowerLargest(excess);
    },
  };
}
