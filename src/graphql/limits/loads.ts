import { callsFor } from '../../auth/reserved-seats';
import { getOrCreate } from '../../domain/collections';
import { REQUESTABLE_OPTIONS, type FilterStrategy } from '../../domain/stage-task-filter';
import type { Group, View } from './reach';

/** A load of the users of a group, at least one. */
export interface Load {
  /** The field that loads them. Repeats of a user in one field count as one view. */
  readonly field: object;
  readonly group: Group;
  readonly view: View;
  /** How many pages it reads, if it loads everyone in a cycle. Such a load shares no call with others. */
  readonly pages?: number | undefined;
}

/** One digit more than the ID of a cycle can have. The field rejects longer IDs. */
const SEMESTER_ID_LENGTH = 21;

/** How many upstream calls the loads need: ⌈distinct users ÷ 50⌉ for each scope, and one for each page. */
export function countCalls(loads: readonly Load[], strategy: FilterStrategy): number {
  // Most operations have one load. It needs no keys to tell it from others.
  const [first] = loads;
  if (first && loads.length === 1) return first.pages ?? callsForUsers(first.group.userIds);
  const usersByScope = new Map<string, Set<string>>();
  const pagesByScope = new Map<string, number>();
  for (const { group, view, pages } of loads) {
    const scope = `${group.after}${cycleKey(group)} ${strategy === 'pushdown' ? viewKey(view) : ''}`;
    if (pages === undefined) addAll(getOrCreate(usersByScope, scope, newSet), group.userIds);
    else pagesByScope.set(scope, Math.max(pages, pagesByScope.get(scope) ?? 0));
  }
  let calls = 0;
  for (const pages of pagesByScope.values()) calls += pages;
  for (const { size } of usersByScope.values()) calls += callsFor(size);
  return calls;
}

function callsForUsers(userIds: readonly string[]): number {
  const calls = callsFor(userIds.length);
  return calls > 1 ? callsFor(new Set(userIds).size) : calls;
}

/** The highest number of views of one user in one cycle. */
export function countViews(loads: readonly Load[]): number {
  if (loads.length <= 1) return loads.length;
  const viewsByCycle = new Map<string, Map<string, Set<string>>>();
  const fields = new Map<object, number>();
  for (const { field, group, view } of loads) {
    const nthField = getOrCreate(fields, field, () => fields.size);
    const views = getOrCreate(viewsByCycle, cycleKey(group), () => new Map<string, Set<string>>());
    addAll(getOrCreate(views, `${nthField} ${viewKey(view)}`, newSet), group.userIds);
  }
  return Math.max(...[...viewsByCycle.values()].map((views) => maxViewsPerUser(views.values())));
}

/**
 * Returns the group of the loaded objects. Only loads with the same arguments complete together, so the group
 * keeps these arguments.
 */
export function loadedGroup({ group, view }: Load): Group {
  const load = `${cycleKey(group)} ${viewKey(view)} ${textOf(view.maxAgeSeconds)}\n`;
  return { ...group, after: group.after + load };
}

function cycleKey({ semesterId, idType }: Group): string {
  return `${semesterId.slice(0, SEMESTER_ID_LENGTH)} ${idType}`;
}

/**
 * Returns a text that identifies the view; `''` for a filter with too many options, which the field rejects.
 * Equivalent filters that are written differently have different texts, so the cost is never too low.
 */
function viewKey({ filter }: View): string {
  const options = (filter as { options?: readonly unknown[] | null } | null | undefined)?.options;
  return options && options.length > REQUESTABLE_OPTIONS.length ? '' : textOf(filter);
}

function textOf(value: unknown): string {
  return value == null ? 'null' : JSON.stringify(value);
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
