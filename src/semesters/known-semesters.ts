import { LRUCache } from 'lru-cache';
import { abortable } from '../domain/abortable';
import { GatewayError, type ErrorDetails } from '../domain/errors';
import { operationEnded } from '../domain/operation-ended';
import { createTtlCache } from '../ttl-cache';
import type { SemesterDirectory } from './semester-directory';

const MAX_CYCLES = 1_000;
/** How long refusals and look-ups of a cycle are remembered. */
const CYCLE_TTL_MS = 60_000;
/**
 * After this many refusals in a row the cycle itself is suspected. A cycle that was answered before is looked
 * up again. A cycle whose look-up gives no result is blamed.
 */
const REFUSALS_OF_A_CYCLE = 3;
/** No call for tasks was made, so there is no code or log ID that Feishu's support could look up. */
const NO_CALL: ErrorDetails = { upstream: { code: null, httpStatus: null, logId: null } };

/** Knows which cycles Feishu accepts, from its answers and from its list of cycles. */
export interface KnownSemesters {
  noteAnswered(semesterId: string): void;
  /** Whether Feishu has answered for the cycle or listed it. */
  isKnown(semesterId: string): boolean;
  /** The error that loads of the cycle are refused with; `undefined`: they are not refused. */
  refusalOf(semesterId: string): GatewayError | undefined;
  /** Whether Feishu refused a call because of the cycle, and not because of a user ID. */
  isToBlame(semesterId: string, error: GatewayError): Promise<boolean>;
  /**
   * Rejects a cycle that Feishu does not list, before a call is spent on it. Accepts a cycle that was answered
   * before or whose look-up gives no result. Waits only if the remembered list cannot decide.
   * @throws GatewayError
   */
  check(semesterId: string, signal: AbortSignal): Promise<void>;
}

export interface KnownSemestersOptions {
  readonly nowMs: () => number;
  readonly directory: Pick<SemesterDirectory, 'isListed' | 'remembers'>;
}

export function createKnownSemesters({ nowMs, directory }: KnownSemestersOptions): KnownSemesters {
  const known = new LRUCache<string, true>({ max: MAX_CYCLES });
  const options = { maxEntries: MAX_CYCLES, ttlMs: CYCLE_TTL_MS, nowMs };
  const refusals = createTtlCache<number>(options);
  const unlisted = createTtlCache<GatewayError>(options);
  const lookUps = createTtlCache<Promise<boolean | undefined>>(options);

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

  /** Poison IDs in a valid cycle cause many refusals, so the cycle is looked up at most once a minute. */
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
      const listed = await (wasKnown ? lookUpAgain : directory.isListed)(semesterId);
      // Meanwhile the cycle was answered or found in the list.
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

/** The error names the ID that the client sent, with Feishu's code and log ID of the refused call. */
function unknownCycle(semesterId: string, details: ErrorDetails): GatewayError {
  const message = `Feishu lists no review cycle with the ID ${semesterId}.`;
  return new GatewayError('UPSTREAM_REJECTED', message, details);
}
