import { LRUCache } from 'lru-cache';
import { GatewayError } from '../domain/errors';
import { distinctUsers, type Question } from './call-planner';
import { viewKey, type BatchScope } from './scope';

/** Refused parameters: upstream refuses the whole call for one ID that it does not take. (fact 11) */
const PARAMETERS_REFUSED = 1580102;

/** How long a culprit is not asked for again. */
const CULPRIT_REMEMBERED_MS = 10 * 60_000;
const IDS_REMEMBERED = 50_000;
const CYCLES_REMEMBERED = 1_000;
/** How long a cycle is blamed: its calls then fail as they are, without a search for a culprit. */
const CYCLE_BLAMED_MS = 60_000;
/** Refusals in a row after which it is the cycle that upstream does not take, not an ID. */
const REFUSALS_OF_A_CYCLE = 3;

/**
 * Finds the one bad ID among many, so that it fails nobody else, and remembers it, so that nobody can
 * burn the quota with it. IDs that have been answered before are above suspicion.
 */
export interface PoisonIsolation {
  /** Why this user is not asked for; `undefined` for those who are. */
  refusalOf(scope: BatchScope, userId: string): GatewayError | undefined;
  noteAnswered(scope: BatchScope, userIds: readonly string[]): void;
  /** The questions of a refused call in groups to ask again; none if that would not help. */
  separate<Q extends Question>(
    scope: BatchScope,
    questions: readonly Q[],
    error: Error,
  ): (readonly Q[])[];
}

export function createPoisonIsolation(nowMs: () => number): PoisonIsolation {
  const trusted = new LRUCache<string, true>({ max: IDS_REMEMBERED });
  const culprits = new LRUCache<string, GatewayError>({
    max: IDS_REMEMBERED,
    ttl: CULPRIT_REMEMBERED_MS,
    perf: { now: nowMs },
    // Else the cache keeps the time for a moment of its own clock.
    ttlResolution: 0,
  });
  const cycles = createCycleRecord(nowMs);

  return {
    refusalOf: (scope, userId) => culprits.get(idKey(scope, userId)),

    noteAnswered(scope, userIds) {
      cycles.noteAnswered(scope.semesterId);
      for (const userId of userIds) trusted.set(idKey(scope, userId), true);
    },

    separate<Q extends Question>(scope: BatchScope, questions: readonly Q[], error: Error) {
      if (!isParametersRefused(error) || cycles.isToBlame(scope.semesterId)) return [];
      const isTrusted = ({ userId }: Q) => trusted.has(idKey(scope, userId));
      const above = questions.filter(isTrusted);
      const suspects = questions.filter((question) => !isTrusted(question));
      if (above.length > 0 && suspects.length > 0) return [above, suspects];
      // One of them has turned bad since: nobody is above suspicion any more.
      for (const { userId } of above) trusted.delete(idKey(scope, userId));
      const [only, ...others] = distinctUsers(questions);
      if (only === undefined) return [];
      if (others.length > 0) return halve(questions);
      // In a cycle that nobody has been answered about, the cycle may be what is wrong.
      if (cycles.isKnown(scope.semesterId)) culprits.set(idKey(scope, only), error);
      return [];
    },
  };
}

function halve<Q extends Question>(questions: readonly Q[]): Q[][] {
  const ids = distinctUsers(questions);
  const half = new Set(ids.slice(0, Math.ceil(ids.length / 2)));
  return [
    questions.filter(({ userId }) => half.has(userId)),
    questions.filter(({ userId }) => !half.has(userId)),
  ];
}

/** Which cycles upstream takes, as far as its answers have shown. */
function createCycleRecord(nowMs: () => number) {
  const known = new LRUCache<string, true>({ max: CYCLES_REMEMBERED });
  const refusals = new LRUCache<string, number>({
    max: CYCLES_REMEMBERED,
    ttl: CYCLE_BLAMED_MS,
    perf: { now: nowMs },
    // Else the cache keeps the time for a moment of its own clock.
    ttlResolution: 0,
  });
  return {
    isKnown: (semesterId: string) => known.has(semesterId),
    noteAnswered(semesterId: string) {
      known.set(semesterId, true);
      refusals.delete(semesterId);
    },
    /** Counts a refusal; true once there were too many for a cycle that was never answered. */
    isToBlame(semesterId: string): boolean {
      if (known.has(semesterId)) return false;
      const count = (refusals.get(semesterId) ?? 0) + 1;
      refusals.set(semesterId, count);
      return count >= REFUSALS_OF_A_CYCLE;
    },
  };
}

/** Per cycle and identity: whom upstream refuses in one, it may know in another. */
function idKey(scope: BatchScope, userId: string): string {
  return viewKey(scope, {}, userId);
}

function isParametersRefused(error: Error): error is GatewayError {
  return error instanceof GatewayError && error.details.upstream?.code === PARAMETERS_REFUSED;
}
