import { LRUCache } from 'lru-cache';
import { GatewayError } from '../domain/errors';

const CYCLES_REMEMBERED = 1_000;
/** How long a cycle is blamed: it is then not asked about, or fails as it is without a search for a culprit. */
const CYCLE_BLAMED_MS = 60_000;
/** Where nobody can say whether a cycle exists: refusals in a row after which it is the one to blame. */
const REFUSALS_OF_A_CYCLE = 3;

export interface KnownSemestersOptions {
  readonly nowMs: () => number;
  /** Whether upstream lists a cycle; `undefined`: it cannot be asked. Never rejects. */
  readonly isListed: (semesterId: string) => Promise<boolean | undefined>;
}

/** Which cycles upstream takes, as far as its answers and its list of them have shown. */
export function createKnownSemesters({ nowMs, isListed }: KnownSemestersOptions) {
  const known = new LRUCache<string, true>({ max: CYCLES_REMEMBERED });
  const refusals = new LRUCache<string, number>(forAMinute(nowMs));
  const unlisted = new LRUCache<string, GatewayError>(forAMinute(nowMs));

  function noteKnown(semesterId: string): void {
    known.set(semesterId, true);
    refusals.delete(semesterId);
    unlisted.delete(semesterId);
  }

  /** Counts a refusal; true once there were too many. */
  function isRefusedTooOften(semesterId: string): boolean {
    const count = (refusals.get(semesterId) ?? 0) + 1;
    refusals.set(semesterId, count);
    return count >= REFUSALS_OF_A_CYCLE;
  }

  return {
    noteAnswered: noteKnown,
    isKnown: (semesterId: string) => known.has(semesterId),
    refusalOf: (semesterId: string) => unlisted.get(semesterId),
    async isToBlame(semesterId: string, error: GatewayError): Promise<boolean> {
      if (known.has(semesterId)) return false;
      const listed = await isListed(semesterId);
      if (listed === undefined) return isRefusedTooOften(semesterId);
      if (listed) noteKnown(semesterId);
      else unlisted.set(semesterId, unknownCycle(semesterId, error));
      return !listed;
    },
  };
}

function forAMinute(nowMs: () => number) {
  return {
    max: CYCLES_REMEMBERED,
    ttl: CYCLE_BLAMED_MS,
    perf: { now: nowMs },
    // Else the cache keeps the time for a moment of its own clock.
    ttlResolution: 0,
  };
}

/** The ID is what the client has sent; upstream's code and log ID are those of the call that asked for it. */
function unknownCycle(semesterId: string, { details }: GatewayError): GatewayError {
  const message = `Feishu lists no review cycle with the ID ${semesterId}.`;
  return new GatewayError('UPSTREAM_REJECTED', message, details);
}
