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
  /**
   * The `callKey` of the loads whose answers the users are of, if another load may have asked for some of them before.
   * The loads of the first level of an operation are asked for at once.
   */
  above: string | undefined;
  readonly users: Set<string>;
  /** At how many different times the users may be asked for. */
  times: number;
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
  const lists = new Map<string, { readonly callKey: string; pages: number }>();
  for (const load of loads) {
    const { group, pages } = load;
    const { after, loadedBy, userIds } = group;
    const callKey = callKeyOf(load);
    if (pages !== undefined) {
      const list = getOrCreate(lists, after + callKey, () => ({ callKey, pages }));
      list.pages = Math.max(list.pages, pages);
      continue;
    }
    const scope = getOrCreate(scopes, after + callKey, () => createScope(callKey));
    addAll(scope.users, userIds);
    if (loadedBy && mayComeApart(loadedBy)) scope.above = callKeyOf(loadedBy);
  }
  let calls = countCallsOfScopes(
    [...scopes.values()],
    [...lists.values()].map(({ callKey }) => callKey),
  );
  for (const { pages } of lists.values()) calls += pages;
  return calls;
}

function createScope(callKey: string): Scope {
  return { callKey, above: undefined, users: new Set(), times: 1 };
}

/** The users of a list of everyone arrive together. */
function mayComeApart({ group, pages }: Load): boolean {
  return pages === undefined && group.after !== '';
}

/** One round for what another field has asked for before, and one for what it has asked for at different times. */
const ROUNDS = 2;

/**
 * The answers of one load arrive together (`loading/query-level.ts`), but some of its users may be those that another
 * load has asked for before. So below it, users are asked for at as many times as there are loads of the same `callKey`.
 * @param lists the `callKey`s of the lists of everyone, whose answers the operation has too
 */
function countCallsOfScopes(scopes: readonly Scope[], lists: readonly string[]): number {
  for (let round = 0; round < ROUNDS; round += 1) {
    const loadsByKey = new Map<string, number>();
    for (const callKey of lists) addTo(loadsByKey, callKey, 1);
    for (const { callKey, times } of scopes) addTo(loadsByKey, callKey, times);
    for (const scope of scopes) {
      const { callKey, above, users } = scope;
      // Users that were loaded above are asked for no more.
      if (above === undefined || above === callKey) continue;
      scope.times = Math.min(users.size, loadsByKey.get(above) ?? 1);
    }
  }
  return scopes.reduce(
    (calls, { users, times }) => calls + Math.min(users.size, callsFor(users.size) + times - 1),
    0,
  );
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
  return { ...group, after: group.after + load, loadedBy };
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
