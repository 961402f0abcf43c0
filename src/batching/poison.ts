import { LRUCache } from 'lru-cache';
import { GatewayError } from '../domain/errors';
import { distinctUsers, type Question } from './call-planner';
import { userKey, type BatchScope } from './scope';

/** Refused parameters: upstream refuses the whole call for one ID that it does not take. (fact 11) */
const PARAMETERS_REFUSED = 1580102;

/** How long a culprit is not asked for again. */
const CULPRIT_REMEMBERED_MS = 10 * 60_000;
const IDS_REMEMBERED = 50_000;
const CYCLES_REMEMBERED = 1_000;
/** How long a cycle is blamed: it is then not asked about, or fails as it is without a search for a culprit. */
const CYCLE_BLAMED_MS = 60_000;
/** Where nobody can say whether a cycle exists: refusals in a row after which it is the one to blame. */
const REFUSALS_OF_A_CYCLE = 3;

/**
 * Finds the one bad ID among many, so that it fails nobody else, and remembers it, so that nobody can
 * burn the quota with it. IDs that have been answered before are above suspicion.
 */
export interface PoisonIsolation {
  /** Why this user is not asked for; `undefined` for those who are. */
  refusalOf(scope: BatchScope, userId: string): GatewayError | undefined;
  noteAnswered(scope: BatchScope, userIds: readonly string[]): void;
  /**
   * The questions of a refused call in groups to ask again; none if that would not help.
   * @param takenAlong users of the call that nobody asked for, and that are not asked for again
   */
  separate<Q extends Question>(
    scope: BatchScope,
    questions: readonly Q[],
    error: Error,
    takenAlong?: readonly string[],
  ): Promise<(readonly Q[])[]>;
}

export interface PoisonIsolationOptions {
  readonly nowMs: () => number;
  /** Whether upstream lists a cycle; `undefined`: it cannot be asked. Never rejects. */
  readonly isListed: (semesterId: string) => Promise<boolean | undefined>;
}

export function createPoisonIsolation(options: PoisonIsolationOptions): PoisonIsolation {
  const { nowMs } = options;
  const trusted = new LRUCache<string, true>({ max: IDS_REMEMBERED });
  const culprits = new LRUCache<string, GatewayError>({
    max: IDS_REMEMBERED,
    ttl: CULPRIT_REMEMBERED_MS,
    perf: { now: nowMs },
    // Else the cache keeps the time for a moment of its own clock.
    ttlResolution: 0,
  });
  const cycles = createCycleRecord(options);

  return {
    refusalOf: (scope, userId) =>
      culprits.get(idKey(scope, userId)) ?? cycles.refusalOf(scope.semesterId),

    noteAnswered(scope, userIds) {
      cycles.noteAnswered(scope.semesterId);
      for (const userId of userIds) trusted.set(idKey(scope, userId), true);
    },

    async separate<Q extends Question>(
      scope: BatchScope,
      questions: readonly Q[],
      error: Error,
      takenAlong: readonly string[] = [],
    ) {
      if (!isParametersRefused(error)) return [];
      if (takenAlong.length > 0) {
        // It may be one of them; those who were asked for are not suspected before they are asked alone.
        for (const userId of takenAlong) trusted.delete(idKey(scope, userId));
        return [questions];
      }
      if (await cycles.isToBlame(scope.semesterId, error)) return [];
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

/** Which cycles upstream takes, as far as its answers and its list of them have shown. */
function createCycleRecord({ nowMs, isListed }: PoisonIsolationOptions) {
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
      else unlisted.set(semesterId, error);
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

/** Per cycle and identity, whatever the filter: an ID that Feishu refuses in one cycle it may know in another. */
function idKey(scope: BatchScope, userId: string): string {
  return userKey({ ...scope, filter: {} }, userId);
}

function isParametersRefused(error: Error): error is GatewayError {
  return error instanceof GatewayError && error.details.upstream?.code === PARAMETERS_REFUSED;
}
