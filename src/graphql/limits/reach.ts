import type { FilterStrategy } from '../../domain/stage-task-filter';
import { UserIdType, type UserKey } from '../../domain/user';
import type { Representation } from '../entities/representation';
import { toEntities } from './entities-reach';
import { toEveryone } from './everyone-reach';
import type { Load } from './loads';
import { idsOf, listOf, textOf } from './valid-or-empty';

/**
 * A list of cycles shows the tasks of its first cycles only. Which cycles it has is known after it is loaded, so
 * the cost counts calls for this many.
 */
export const MAX_LISTED_WITH_TASKS = 10;
/** The estimated number of cycles of a company, for fields. More than one runs at a time, but never many. */
const LISTED_CYCLES = 50;
const CURRENT_CYCLES = 10;

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
  /** The load whose answers are about these users; absent if an argument names the users. */
  readonly loadedBy?: Load | undefined;
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
  readonly view?: View | undefined;
  /** How many pages the field reads, if it loads everyone in a cycle. */
  readonly pages?: number;
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

/** Fields that lead to users, cycles or loads. Add a line for each new field of this kind. */
export const REACHES: Readonly<Record<string, (args: Arguments, rules: CostRules) => Reach>> = {
  'Query.user': ({ id, idType }) => toUsers([textOf(id)], idType),
  'Query.users': ({ ids, idType }) => toUsers(idsOf(ids), idType),
  'Query.viewer': (_, { viewer }) => toUsers(viewer ? [viewer.id] : [], viewer?.idType),
  'Query.semesters': (filter) => toListed(LISTED_CYCLES, JSON.stringify(filter)),
  'Query.currentSemesters': () => toListed(CURRENT_CYCLES, 'current'),
  'Query.semester': ({ id }) => toOne((group) => ({ ...group, semesterId: textOf(id) })),
  'Query._entities': ({ representations }, rules) => toEntities(listOf(representations), rules),
  'User.stageTasks': ({ semesterId, filter, maxAgeSeconds }) =>
    toOne((group) => ({ ...group, semesterId: textOf(semesterId) }), { filter, maxAgeSeconds }),
  'Semester.userStageTasks': ({ userIds, userIdType, filter, maxAgeSeconds }) =>
    toUsers(idsOf(userIds), userIdType, { filter, maxAgeSeconds }),
  'Semester.summary': ({ userIds, userIdType, filter, maxAgeSeconds }) =>
    toSummary(toUsers(idsOf(userIds), userIdType, { filter, maxAgeSeconds })),
  'Semester.allUserStageTasks': toEveryone,
  'Subscription.userStageTasksChanged': ({ semesterId, userIds, userIdType }) =>
    inCycle(textOf(semesterId), toUsers(idsOf(userIds), userIdType, {})),
  'UserStageTasks.user': () => toOne((group) => group),
  'UserStageTasks.semester': () => toOne((group) => group),
};

function toOne(change: (group: Group) => Group, view?: View): Reach {
  return {
    length: 1,
    loads: view ? 1 : 0,
    from: (group) => [{ group: change(group), view }],
  };
}

function inCycle(semesterId: string, reach: Reach): Reach {
  return { ...reach, from: (group) => reach.from({ ...group, semesterId }) };
}

/** @param list what distinguishes the list from other lists, which may have other cycles */
function toListed(length: number, list: string): Reach {
  return {
    length,
    loads: 0,
    from(group) {
      const after = `${group.after}list ${list}\n`;
      // The cycles that show no tasks add fields but no calls.
      const nth = (i: number) => ({
        ...group,
        after,
        semesterId: `listed ${i % MAX_LISTED_WITH_TASKS}`,
      });
      return Array.from({ length }, (_, i) => ({ group: nth(i) }));
    },
  };
}

function toUsers(userIds: readonly string[], idType: unknown, view?: View): Reach {
  return {
    length: userIds.length,
    loads: view ? userIds.length : 0,
    from(group) {
      const ids = group.userIds.length === 1 ? userIds : group.userIds.flatMap(() => userIds);
      const users = {
        ...group,
        loadedBy: undefined,
        idType: UserIdType[idType as UserIdType],
        userIds: ids,
      };
      return [{ group: users, view }];
    },
  };
}

/** Loads the users, and leads to one object that is about all of them. */
function toSummary(users: Reach): Reach {
  return {
    ...users,
    length: users.length + 1,
    from: (group) => [
      // A type that the answer does not have: nothing is selected from the users themselves.
      ...users.from(group).map((reached) => ({ ...reached, type: '' })),
      { group },
    ],
  };
}
