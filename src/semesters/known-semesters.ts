import { LRUCache } from 'lru-cache';
import { abortable } from '../domain/abortable';
import { GatewayError, type ErrorDetails } from '../domain/errors';
import { operationEnded } from '../quota/quota-errors';
import type { SemesterDirectory } from './semester-directory';

/** Counted as a size, since a cache with a `max` takes all of its memory at once. */
const CYCLE_CACHE_OPTIONS = { maxSize: 1_000, sizeCalculation: () => 1 };
/** How long a cycle is blamed: it is then not asked about, or fails as it is without a search for a poison ID. */
const CYCLE_BLAMED_MS = 60_000;
/**
 * Refusals in a row after which the cycle itself is suspected: one that was answered before is looked up
 * again, one of which upstream cannot tell is blamed.
 */
const REFUSALS_OF_A_CYCLE = 3;
/** The list of cycles was read, and no call for tasks was made that support could find. */
const NO_CALL: ErrorDetails = { upstream: { code: null, httpStatus: null, logId: null } };

/** Which cycles upstream takes, as far as its answers and its list of them have shown. */
export interface KnownSemesters {
  noteAnswered(semesterId: string): void;
  /** Whether upstream has answered or listed it. */
  isKnown(semesterId: string): boolean;
  /** Why the cycle is not asked about; `undefined` for those that are. */
  refusalOf(semesterId: string): GatewayError | undefined;
  /** Whether the cycle, and not a user ID, is why upstream refused a call. */
  isToBlame(semesterId: string, error: GatewayError): Promise<boolean>;
  /**
   * Refuses a cycle that upstream does not list before a call is spent on it. One that was answered before,
   * or that upstream cannot tell of, passes. Waits only where memory cannot decide. @throws GatewayError
   */
  check(semesterId: string, signal: AbortSignal): Promise<void>;
}

export interface KnownSemestersOptions {
  readonly nowMs: () => number;
  readonly directory: Pick<SemesterDirectory, 'isListed' | 'remembers'>;
}

export function createKnownSemesters({ nowMs, directory }: KnownSemestersOptions): KnownSemesters {
  const known = new LRUCache<string, true>(CYCLE_CACHE_OPTIONS);
  const refusals = new LRUCache<string, number>(forAMinute(nowMs));
  const unlisted = new LRUCache<string, GatewayError>(forAMinute(nowMs));
  const lookUps = new LRUCache<string, Promise<boolean | undefined>>(forAMinute(nowMs));

  function noteKnown(semesterId: string): void {
    known.set(semesterId, true);
    refusals.delete(semesterId);
    unlisted.delete(semesterId);
  }

  function noteUnlisted(semesterId: string, error: GatewayError): void {
    known.delete(semesterId);
    lookUps.delete(semesterId);
    unlisted.set(semesterId, unknownCycle(semesterId, error.details));
  }

  function countRefusal(semesterId: string): number {
    const count = (refusals.get(semesterId) ?? 0) + 1;
    refusals.set(semesterId, count);
    return count;
  }

  /** Poison IDs in a good cycle are refused again and again: one look-up a minute is enough for all of them. */
  function lookUpAgain(semesterId: string): Promise<boolean | undefined> {
    const lookUp = lookUps.get(semesterId) ?? directory.isListed(semesterId);
    if (!lookUps.has(semesterId)) lookUps.set(semesterId, lookUp);
    return lookUp;
  }

  return {
    noteAnswered: noteKnown,
    isKnown: (semesterId) => known.has(semesterId),
    refusalOf: (semesterId) => unlisted.get(semesterId),

    async isToBlame(semesterId, error) {
      const wasKnown = known.has(semesterId);
      const isSuspect = countRefusal(semesterId) >= REFUSALS_OF_A_CYCLE;
      if (wasKnown && !isSuspect) return false;
      const lookUp = wasKnown ? lookUpAgain : directory.isListed;
      const listed = await lookUp(semesterId);
      // The cycle was answered or found in the list meanwhile.
      if (!refusals.has(semesterId)) return false;
      if (listed === undefined) return isSuspect && !wasKnown;
      if (listed) noteKnown(semesterId);
      else noteUnlisted(semesterId, error);
      return !listed;
    },

    async check(semesterId, signal) {
      if (known.has(semesterId) || directory.remembers(semesterId)) return;
      const refusal = unlisted.get(semesterId);
      if (refusal) throw refusal;
      const isListed = directory.isListed(semesterId);
      if ((await abortable(isListed, signal, () => operationEnded(signal))) !== false) return;
      throw unknownCycle(semesterId, NO_CALL);
    },
  };
}

function forAMinute(nowMs: () => number) {
  return {
    ...CYCLE_CACHE_OPTIONS,
    ttl: CYCLE_BLAMED_MS,
    perf: { now: nowMs },
    // Else the cache keeps the time for a moment of its own clock.
    ttlResolution: 0,
  };
}

/** The ID is what the client has sent; upstream's code and log ID are those of the call that asked for it. */
function unknownCycle(semesterId: string, details: ErrorDetails): GatewayError {
  const message = `Feishu lists no review cycle with the ID ${semesterId}.`;
  return new GatewayError('UPSTREAM_REJECTED', message, details);
}
