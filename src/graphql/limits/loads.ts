import { getOrCreate } from '../../domain/collections';
import type { FilterStrategy } from '../../domain/stage-task-filter';
import { viewKey, type Group, type View } from './reach';

/** Whom an operation loads, by what keeps users from sharing a call, and how many views of each. */
export interface Loads {
  /**
   * @param field which loads them; a user that it names twice has one view of it
   * @returns the loaded objects
   */
  add(field: object, group: Group, view: View): Group;
  calls(callsFor: (users: number) => number): number;
  /** The most views of one user in one cycle. */
  views(): number;
}

/** One digit more than the ID of a cycle has; what is longer is refused by its field. */
const SEMESTER_ID_LENGTH = 21;

export function createLoads(strategy: FilterStrategy): Loads {
  const usersByScope = new Map<string, Set<string>>();
  const viewsByCycle = new Map<string, Map<string, Set<string>>>();
  const fields = new Map<object, number>();

  return {
    add(field, group, view) {
      const { after, idType, userIds, semesterId } = group;
      // Filters that select the same but look different count apart: the cost is never too low.
      const key = viewKey(view);
      const cycle = `${semesterId.slice(0, SEMESTER_ID_LENGTH)} ${idType}`;
      const scope = `${after}${cycle} ${strategy === 'pushdown' ? key : ''}`;
      addAll(getOrCreate(usersByScope, scope, newSet), userIds);
      const nthField = getOrCreate(fields, field, () => fields.size);
      const views = getOrCreate(viewsByCycle, cycle, () => new Map<string, Set<string>>());
      addAll(getOrCreate(views, `${nthField} ${key}`, newSet), userIds);
      // Operations that wait for one call hear of it together only if they asked for the same.
      const asked = `${cycle} ${key} ${JSON.stringify(view.maxAgeSeconds ?? null)}\n`;
      return { ...group, after: after + asked };
    },
    calls: (callsFor) =>
      [...usersByScope.values()].reduce((sum, { size }) => sum + callsFor(size), 0),
    views: () => Math.max(0, ...[...viewsByCycle.values()].map((views) => mostOf(views.values()))),
  };
}

/** In how many of the sets the most frequent user is. */
function mostOf(views: Iterable<ReadonlySet<string>>): number {
  const counts = new Map<string, number>();
  for (const users of views) for (const id of users) counts.set(id, (counts.get(id) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}

function addAll(users: Set<string>, userIds: readonly string[]): void {
  for (const id of userIds) users.add(id);
}

const newSet = () => new Set<string>();
