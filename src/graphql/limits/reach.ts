import { groupBy } from '../../domain/collections';
import { MAX_USERS_PER_LIST } from '../../domain/input-rules';
import { REQUESTABLE_OPTIONS, type FilterStrategy } from '../../domain/stage-task-filter';
import { UserIdType, type UserKey } from '../../domain/user';
import { fromUserStageTasksId, type StageTasksKey } from '../opaque-id';

export interface CostRules {
  /** The principal as a user, if it is one. */
  readonly viewer?: UserKey | undefined;
  readonly strategy: FilterStrategy;
  /** Whom a router's representation names. @throws where it names no user */
  readonly userOfReference: (representation: Representation) => UserKey;
}

/**
 * Objects of which it is known, before anything is loaded, which users and which cycle they are about: one for
 * each of the IDs, `''` for one of no user.
 */
export interface Group {
  /** The loads that they lie below, whose answers come one by one; empty where there are none. */
  readonly after: string;
  readonly idType: UserIdType;
  readonly userIds: readonly string[];
  readonly semesterId: string;
}

/** Objects that a field leads to. */
export interface Reached {
  readonly group: Group;
  /** Where it is not the field's own. */
  readonly type?: string;
  /** What is asked for of their tasks, where they are loaded. */
  readonly view?: View;
}

/** The arguments of a load that do not name users or a cycle. */
export interface View {
  readonly filter?: unknown;
  readonly maxAgeSeconds?: unknown;
}

/** Where a field leads from each object of a group. */
export interface Reach {
  /** Objects for each object. */
  readonly length: number;
  /** Of these, the ones that are loaded. */
  readonly loads: number;
  /** Takes as long as there are objects. */
  from(group: Group): readonly Reached[];
  /** How many of them are an error instead, known before anything is run. */
  errors?(): number;
}

export type Arguments = Readonly<Record<string, unknown>>;
type Representation = Arguments;

/** Fields that lead to users, cycles or loads. A new one of these wants a line here. */
export const REACHES: Readonly<Record<string, (args: Arguments, rules: CostRules) => Reach>> = {
  'Query.user': ({ id, idType }) => toUsers([textOf(id)], idType),
  'Query.users': ({ ids, idType }) => toUsers(listOf(ids).map(textOf), idType),
  'Query.viewer': (_, { viewer }) => toUsers(viewer ? [viewer.id] : [], viewer?.idType),
  'Query.semester': ({ id }) => to((group) => ({ ...group, semesterId: textOf(id) })),
  'Query._entities': ({ representations }, rules) => toEntities(listOf(representations), rules),
  'User.stageTasks': ({ semesterId, ...view }) =>
    to((group) => ({ ...group, semesterId: textOf(semesterId) }), view),
  'Semester.userStageTasks': ({ userIds, userIdType, ...view }) =>
    toUsers(listOf(userIds).map(textOf), userIdType, view),
  'UserStageTasks.user': () => to((group) => group),
  'UserStageTasks.semester': () => to((group) => group),
};

function to(change: (group: Group) => Group, view?: View): Reach {
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

/** What cannot be read is an error at its own place, and loads nothing. */
function toEntities(representations: readonly unknown[], rules: CostRules): Reach {
  const of = (type: string) =>
    representations.filter(
      (one): one is Representation => (one as Representation | null)?.['__typename'] === type,
    );
  const views = of('UserStageTasks');
  const users = once(() => of('User').flatMap((one) => orNone(() => rules.userOfReference(one))));
  const keys = once(() =>
    views.flatMap(({ id }) => orNone(() => fromUserStageTasksId('id', textOf(id)))),
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

function orNone<T>(read: () => T): T[] {
  try {
    return [read()];
  } catch {
    return [];
  }
}

// What an argument names, if it is what it should be. What it is otherwise, its field will say.

/** A longer one is refused by its own field, which can say more. */
function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) && value.length <= MAX_USERS_PER_LIST ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** One text for each view. A filter with more options than there are is refused by its field. */
export function viewKey({ filter }: View): string {
  const options = (filter as { options?: readonly unknown[] | null } | null | undefined)?.options;
  return options && options.length > REQUESTABLE_OPTIONS.length
    ? ''
    : JSON.stringify(filter ?? null);
}
