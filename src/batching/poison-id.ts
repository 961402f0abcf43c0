import { LRUCache } from 'lru-cache';
import type { GatewayError } from '../domain/errors';
import { ParametersRefused } from '../feishu/ports';
import { distinctUsers, type Question } from './planner';
import { createKnownSemesters, type KnownSemestersOptions } from '../semesters/known-semesters';
import { userKey, type BatchScope } from './scope';

/** How long a culprit is not asked for again. */
const CULPRIT_REMEMBERED_MS = 10 * 60_000;
const IDS_REMEMBERED = 50_000;

/**
 * Finds the one bad ID among many, so that it fails nobody else, and remembers it, so that nobody can
 * burn the quota with it. IDs that have been answered before are above suspicion.
 */
export interface PoisonIdIsolation {
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

export function createPoisonIdIsolation(options: KnownSemestersOptions): PoisonIdIsolation {
  const { nowMs } = options;
  const trusted = new LRUCache<string, true>({ max: IDS_REMEMBERED });
  const culprits = new LRUCache<string, GatewayError>({
    max: IDS_REMEMBERED,
    ttl: CULPRIT_REMEMBERED_MS,
    perf: { now: nowMs },
    // Else the cache keeps the time for a moment of its own clock.
    ttlResolution: 0,
  });
  const cycles = createKnownSemesters(options);
  /** For questions that were asked apart from users whom upstream had named: who those were. */
  const namedBefore = new WeakMap<Question, readonly string[]>();

  /**
   * Upstream is taken at its word, if that has not been wrong in this search: the users that it names are
   * asked apart, all others together. `undefined` where it names none of them.
   */
  function splitByName<Q extends Question>(
    scope: BatchScope,
    questions: readonly Q[],
    { namedUserIds }: ParametersRefused,
  ): (readonly Q[])[] | undefined {
    const isCulprit = (userId: string) => culprits.has(idKey(scope, userId));
    const wasRight = questions.every((one) => namedBefore.get(one)?.every(isCulprit) ?? true);
    const named = new Set(namedUserIds);
    const others = questions.filter(({ userId }) => !named.has(userId));
    if (!wasRight || others.length === 0 || others.length === questions.length) return undefined;
    for (const question of questions) namedBefore.set(question, namedUserIds);
    return [questions.filter(({ userId }) => named.has(userId)), others];
  }

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
      if (!(error instanceof ParametersRefused)) return [];
      if (takenAlong.length > 0) {
        // It may be one of them; those who were asked for are not suspected before they are asked alone.
        for (const userId of takenAlong) trusted.delete(idKey(scope, userId));
        return [questions];
      }
      if (await cycles.isToBlame(scope.semesterId, error)) return [];
      const byName = splitByName(scope, questions, error);
      if (byName) return byName;
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

/** Per cycle and identity, whatever the filter: an ID that Feishu refuses in one cycle it may know in another. */
function idKey(scope: BatchScope, userId: string): string {
  return userKey({ ...scope, filter: {} }, userId);
}
