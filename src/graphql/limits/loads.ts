import { callsFor } from '../../auth/reserved-seats';
import { addTo, getOrCreate } from '../../domain/collections';
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

/** The users that loads ask for under one `after`, in one cycle, and under `pushdown` with one filter. */
interface Scope {
  /** What calls are about. Scopes with the same one may ask for the same users. */
  readonly callKey: string;
  /** The `callKey` of the loads whose answers the users are of; `undefined` if all users are asked for at once. */
  above: string | undefined;
  readonly depth: number;
  readonly users: Set<string>;
}

/**
 * How many upstream calls the loads may need: ⌈distinct users ÷ 50⌉ for each scope, more if its users are asked for at
 * different times, and one for each page.
 */
export function countCalls(loads: readonly Load[], strategy: FilterStrategy): number {
  // Most operations have one load. It needs no keys to tell it from others.
  const [first] = loads;
  if (first && loads.length === 1) return first.pages ?? callsForUsers(first.group.userIds);
  const callKeyOf = ({ group, view }: Load) =>
    `${cycleKey(group)} ${strategy === 'pushdown' ? viewKey(view) : ''}`;
  const scopes = new Map<string, Scope>();
  const pagesByScope = new Map<string, number>();
  for (const load of loads) {
    const { group, pages } = load;
    const { after, depth, loadedBy, userIds } = group;
    const callKey = callKeyOf(load);
    if (pages !== undefined) {
      const key = after + callKey;
      pagesByScope.set(key, Math.max(pages, pagesByScope.get(key) ?? 0));
      continue;
    }
    const scope = getOrCreate(scopes, after + callKey, () => createScope(callKey, depth));
    addAll(scope.users, userIds);
    // The users of a list of everyone arrive together.
    if (loadedBy && loadedBy.pages === undefined) scope.above = callKeyOf(loadedBy);
  }
  let calls = countCallsOfScopes([...scopes.values()]);
  for (const pages of pagesByScope.values()) calls += pages;
  return calls;
}

function createScope(callKey: string, depth: number): Scope {
  return { callKey, above: undefined, depth, users: new Set() };
}

/**
 * The answers of one load arrive together (`loading/query-level.ts`), but some of its users may be those that another
 * load has asked for before. So below it, users are asked for at as many times as there are loads of the same `callKey`.
 */
function countCallsOfScopes(scopes: readonly Scope[]): number {
  const loadsByKey = new Map<string, number>();
  let calls = 0;
  // Loads above are counted before those below.
  for (const { callKey, above, users } of scopes.toSorted((a, b) => a.depth - b.depth)) {
    // Users that were loaded above are asked for no more.
    const loadsAbove = above === callKey ? 1 : (loadsByKey.get(above ?? '') ?? 1);
    const times = Math.min(users.size, loadsAbove);
    addTo(loadsByKey, callKey, times);
    calls += Math.min(users.size, callsFor(users.size) + times - 1);
  }
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
export function loadedGroup(loadedBy: Load): Group {
  const { group, view } = loadedBy;
  const load = `${cycleKey(group)} ${viewKey(view)} ${textOf(view.maxAgeSeconds)}\n`;
  return { ...group, after: group.after + load, depth: group.depth + 1, loadedBy };
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
