import { getOrCreate } from '../../domain/collections';
import type { FilterStrategy } from '../../domain/stage-task-filter';
import { viewKey, type Group, type View } from './reach';

/** Counts the upstream calls of an operation, and the views of each user. */
export interface Loads {
  /**
   * Adds loads of users.
   * @param field the field that loads them; repeats of a user in one field count as one view
   * @returns the group of the loaded objects
   */
  add(field: object, group: Group, view: View): Group;
  calls(callsFor: (users: number) => number): number;
  /** The highest number of views of one user in one cycle. */
  views(): number;
}

/** One digit more than the ID of a cycle can have. The field rejects longer IDs. */
const SEMESTER_ID_LENGTH = 21;

export function createLoads(strategy: FilterStrategy): Loads {
  const usersByScope = new Map<string, Set<string>>();
  const viewsByCycle = new Map<string, Map<string, Set<string>>>();
  const fields = new Map<object, number>();

  return {
    add(field, group, view) {
      const { after, idType, userIds, semesterId } = group;
      // Equivalent filters that are written differently count separately, so the cost is never too low.
      const key = viewKey(view);
      const cycle = `${semesterId.slice(0, SEMESTER_ID_LENGTH)} ${idType}`;
      const scope = `${after}${cycle} ${strategy === 'pushdown' ? key : ''}`;
      addAll(getOrCreate(usersByScope, scope, newSet), userIds);
      const nthField = getOrCreate(fields, field, () => fields.size);
      const views = getOrCreate(viewsByCycle, cycle, () => new Map<string, Set<string>>());
      addAll(getOrCreate(views, `${nthField} ${key}`, newSet), userIds);
      // Only loads with the same arguments complete together, so the group below keeps these arguments.
      const load = `${cycle} ${key} ${JSON.stringify(view.maxAgeSeconds ?? null)}\n`;
      return { ...group, after: after + load };
    },
    calls: (callsFor) =>
      [...usersByScope.values()].reduce((sum, { size }) => sum + callsFor(size), 0),
    views: () =>
      Math.max(0, ...[...viewsByCycle.values()].map((views) => maxViewsPerUser(views.values()))),
  };
}

/** In how many of the sets the most frequent user occurs. */
function maxViewsPerUser(views: Iterable<ReadonlySet<string>>): number {
  const counts = new Map<string, number>();
  for (const users of views) for (const id of users) counts.set(id, (counts.get(id) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}

function addAll(users: Set<string>, userIds: readonly string[]): void {
  for (const id of userIds) users.add(id);
}

const newSet = () => new Set<string>();
