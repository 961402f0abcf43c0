import { groupBy } from '../../domain/collections';
import { MAX_USERS_PER_LIST } from '../../domain/input-rules';
import { REQUESTABLE_OPTIONS, type FilterStrategy } from '../../domain/stage-task-filter';
import { UserIdType, type UserKey } from '../../domain/user';
import { fromUserStageTasksId, type StageTasksKey } from '../opaque-id';

export interface CostRules {
  /** The principal as a user, if it is one. */
  readonly viewer?: UserKey | undefined;
  readonly strategy: FilterStrategy;
  /** Returns the user that a router's representation names. @throws if it names none */
  readonly userOfReference: (representation: Representation) => UserKey;
}

/**
 * Objects of the response whose users and cycle are known before anything is loaded. There is one object
 * for each ID in `userIds`; the ID `''` stands for an object without a user.
 */
export interface Group {
  /** The loads above these objects, which complete at different times; empty if there are none. */
  readonly after: string;
  readonly idType: UserIdType;
  readonly userIds: readonly string[];
  readonly semesterId: string;
}

/** The objects that a field leads to. */
export interface Reached {
  readonly group: Group;
  /** The objects' type, if it differs from the field's type. */
  readonly type?: string;
  /** The view of the tasks, if the field loads them. */
  readonly view?: View;
}

/** The arguments of a load that do not name users or a cycle. */
export interface View {
  readonly filter?: unknown;
  readonly maxAgeSeconds?: unknown;
}

/** The objects that a field leads to from each object of a group. */
export interface Reach {
  /** How many objects there are for each object of the group. */
  readonly length: number;
  /** How many of these are loaded. */
  readonly loads: number;
  /** Returns the objects. Takes time in proportion to their number. */
  from(group: Group): readonly Reached[];
  /** How many of the objects are errors for certain, before anything is loaded. */
  errors?(): number;
}

export type Arguments = Readonly<Record<string, unknown>>;
type Representation = Arguments;

/** Fields that lead to users, cycles or loads. Add a line for each new field of this kind. */
export const REACHES: Readonly<Record<string, (args: Arguments, rules: CostRules) => Reach>> = {
  'Query.user': ({ id, idType }) => toUsers([textOf(id)], idType),
  'Query.users': ({ ids, idType }) => toUsers(listOf(ids).map(textOf), idType),
  'Query.viewer': (_, { viewer }) => toUsers(viewer ? [viewer.id] : [], viewer?.idType),
  'Query.semester': ({ id }) => toOne((group) => ({ ...group, semesterId: textOf(id) })),
  'Query._entities': ({ representations }, rules) => toEntities(listOf(representations), rules),
  'User.stageTasks': ({ semesterId, ...view }) =>
    toOne((group) => ({ ...group, semesterId: textOf(semesterId) }), view),
  'Semester.userStageTasks': ({ userIds, userIdType, ...view }) =>
    toUsers(listOf(userIds).map(textOf), userIdType, view),
  'UserStageTasks.user': () => toOne((group) => group),
  'UserStageTasks.semester': () => toOne((group) => group),
};

function toOne(change: (group: Group) => Group, view?: View): Reach {
  return {
    length: 1,
    loads: view ? 1 : 0,
    from: (group) => [{ group: change(group), ...(view && { view }) }],
  };
}

function toUsers(userIds: readonly string[], idType: unknown, view?: View): Reach {
  return {
    length: userIds.length,
    loads: view ? userIds.length : 0,
    from(group) {
      const ids = group.userIds.length === 1 ? userIds : group.userIds.flatMap(() => userIds);
      const users = { ...group, idType: UserIdType[idType as UserIdType], userIds: ids };
      return [{ group: users, ...(view && { view }) }];
    },
  };
}

/** An unreadable representation becomes an error at its path and loads nothing. */
function toEntities(representations: readonly unknown[], rules: CostRules): Reach {
  const of = (type: string) =>
    representations.filter(
      (one): one is Representation => (one as Representation | null)?.['__typename'] === type,
    );
  const views = of('UserStageTasks');
  const users = once(() =>
    of('User').flatMap((one) => readOrEmpty(() => rules.userOfReference(one))),
  );
  const keys = once(() =>
    views.flatMap(({ id }) => readOrEmpty(() => fromUserStageTasksId('id', textOf(id)))),
  );
  return {
    length: representations.length,
    loads: views.length,
    errors: () => of('User').length - users().length + views.length - keys().length,
    from: (root) => [
      ...[...groupBy(users(), ({ idType }) => idType)].map(([idType, alike]) => ({
        type: 'User',
        group: { ...root, idType, userIds: alike.map(({ id }) => id) },
      })),
      ...of('Semester').map(({ id }) => ({
        type: 'Semester',
        group: { ...root, semesterId: textOf(id) },
      })),
      ...keys().map((key) => toView(root, key)),
    ],
  };
}

function toView(root: Group, { user: { id, idType }, semesterId, filter }: StageTasksKey): Reached {
  const group = { ...root, idType, userIds: [id], semesterId };
  return { type: 'UserStageTasks', group, view: { filter } };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function readOrEmpty<T>(read: () => T): T[] {
  try {
    return [read()];
  } catch {
    return [];
  }
}

// These functions return an empty value for an invalid argument. The field itself reports the error.

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) && value.length <= MAX_USERS_PER_LIST ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/**
 * Returns a text that identifies the view; `''` for a filter with too many options, which the field
 * rejects.
 */
export function viewKey({ filter }: View): string {
  const options = (filter as { options?: readonly unknown[] | null } | null | undefined)?.options;
  return options && options.length > REQUESTABLE_OPTIONS.length
    ? ''
    : JSON.stringify(filter ?? null);
}
