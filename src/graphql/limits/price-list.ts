import type { GraphQLField, GraphQLSchema } from 'graphql';
import { MAX_USERS_PER_LIST } from '../../domain/input-rules';
import type { FilterStrategy } from '../../domain/stage-task-filter';
import { UserIdType, type UserKey } from '../../domain/user';
import { fromUserStageTasksId } from '../opaque-id';

/** What a field is asked of: as far as it is known before anything is loaded. */
export interface Subject {
  /** The object type, where the field's own does not tell. */
  readonly type?: string;
  /** How many objects. */
  readonly count: number;
  /** The users that they are, or are about. */
  readonly users: readonly UserKey[];
  readonly semesterIds: readonly string[];
  /** How many loads lie above. */
  readonly wave: number;
}

/** One field with its arguments. */
export interface FieldCall {
  readonly type: string;
  readonly field: GraphQLField<unknown, unknown>;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Users that share calls. */
export interface Load {
  readonly scope: string;
  readonly userIds: readonly string[];
}

export interface Consequence {
  /** In fields, on top of the field itself. */
  readonly weight: number;
  /** Asked for only when the weight can be afforded, since it takes as long as there are users. */
  readonly loads: () => readonly Load[];
  /** What the fields below are asked of. */
  readonly children: readonly Subject[];
}

export interface PriceRules {
  readonly schema: GraphQLSchema;
  readonly strategy: FilterStrategy;
  /** Whom a router's representation names. @throws when it names nobody */
  readonly userOfReference: (representation: Readonly<Record<string, unknown>>) => UserKey;
}

/** What loading one user's tasks costs beside the call, in fields: a place in line, an answer to align. */
const FIELDS_PER_LOAD = 25;
/** A person has about five stages before them, in one or two groups each. */
const TASKS_PER_USER = 10;
const GROUPS_PER_USER = 3;
/** Of what the schema says about itself: more than the mean of its lists, types excepted. */
const PARTS_PER_TYPE = 5;

/** What tools ask of the schema comes once; graphql-js gathers all of it anew for each. */
const FIELDS_PER_SCHEMA = 20_000;

/** Somebody whose ID stands in no argument. */
const SOMEBODY: UserKey = { id: '', idType: UserIdType.OPEN_ID };

type Rule = (rules: PriceRules, call: FieldCall, subject: Subject) => Consequence;

/** Fields that load, name whom to load for, or answer with a list. A new one of these wants a line here. */
const PRICE_LIST: Readonly<Record<string, Rule>> = {
  'Query.user': (_, { args }, subject) =>
    free({ ...subject, users: [{ id: textOf(args['id']), idType: idTypeOf(args['idType']) }] }),
  'Query.users': (_, { args }, subject) => {
    const users = toUsers(args['ids'], args['idType']);
    const count = subject.count * users.length;
    return { ...free({ ...subject, users, count }), weight: count };
  },
  'Query.semester': (_, { args }, subject) =>
    free({ ...subject, semesterIds: [textOf(args['id'])] }),
  'Query._entities': (rules, { args }, subject) =>
    toEntities(rules, listOf(args['representations']), subject),
  'User.stageTasks': (rules, { args }, subject) =>
    load(rules, args, subject, subject.users, [textOf(args['semesterId'])], subject.count),
  'Semester.userStageTasks': (rules, { args }, subject) => {
    const users = toUsers(args['userIds'], args['userIdType']);
    return load(rules, args, subject, users, subject.semesterIds, subject.count * users.length);
  },
  'UserStageTasks.counts': times(GROUPS_PER_USER),
  'UserStageTasks.stageTasks': times(TASKS_PER_USER),
  'Query.__schema': (_rules, _call, subject) => ({ ...free(subject), weight: FIELDS_PER_SCHEMA }),
  '__Schema.types': ({ schema }, _, subject) =>
    free({ ...subject, count: subject.count * Object.keys(schema.getTypeMap()).length }),
};

const PLAIN_LIST = times(PARTS_PER_TYPE);

export function follow(rules: PriceRules, call: FieldCall, subject: Subject): Consequence {
  const rule = PRICE_LIST[`${call.type}.${call.field.name}`];
  if (rule) return rule(rules, call, subject);
  if (call.type.startsWith('__') && call.field.type.toString().includes('[')) {
    return PLAIN_LIST(rules, call, subject);
  }
  return free(subject.users.length > 0 ? subject : { ...subject, users: [SOMEBODY] });
}

function free(child: Subject): Consequence {
  return { weight: 0, loads: () => [], children: [child] };
}

function times(factor: number): Rule {
  return (_rules, _call, subject) => free({ ...subject, count: subject.count * factor });
}

function load(
  rules: PriceRules,
  { filter }: FieldCall['args'],
  { wave }: Subject,
  users: readonly UserKey[],
  semesterIds: readonly string[],
  count: number,
): Consequence {
  // Filters that select the same but look different are asked for apart here: the price is never too low.
  const view = rules.strategy === 'pushdown' ? JSON.stringify(filter ?? null) : null;
  const loads = () =>
    semesterIds.flatMap((semesterId) =>
      Object.values(UserIdType).map((idType) => ({
        scope: JSON.stringify([semesterId, idType, wave, view]),
        userIds: users.filter((user) => user.idType === idType).map(({ id }) => id),
      })),
    );
  return {
    weight: count * FIELDS_PER_LOAD,
    loads,
    children: [{ count, users, semesterIds, wave: wave + 1 }],
  };
}

type Representation = Readonly<Record<string, unknown>>;

/** As the types that they are of, each of which may have fields of its own below. */
function toEntities(
  rules: PriceRules,
  representations: readonly unknown[],
  { wave }: Subject,
): Consequence {
  const of = (type: string) =>
    representations.filter((one): one is Representation => isOfType(one, type));
  const users = of('User').flatMap((one) => orNothing(() => rules.userOfReference(one)));
  const semesterIds = of('Semester').map(({ id }) => textOf(id));
  const keys = of('UserStageTasks').flatMap(({ id }) =>
    orNothing(() => fromUserStageTasksId('id', textOf(id))),
  );
  const found = keys.map(({ user, semesterId, filter }) =>
    load(
      rules,
      { filter },
      { count: 1, users: [], semesterIds: [], wave },
      [user],
      [semesterId],
      1,
    ),
  );
  return {
    weight: found.reduce((sum, { weight }) => sum + weight, 0),
    loads: () => found.flatMap(({ loads }) => loads()),
    children: [
      { type: 'User', count: users.length, users, semesterIds: [], wave },
      { type: 'Semester', count: semesterIds.length, users: [], semesterIds, wave },
      {
        type: 'UserStageTasks',
        count: keys.length,
        users: keys.map(({ user }) => user),
        semesterIds: [...new Set(keys.map(({ semesterId }) => semesterId))],
        wave: wave + 1,
      },
    ],
  };
}

function isOfType(representation: unknown, type: string): boolean {
  return (representation as Representation | null)?.['__typename'] === type;
}

/** What cannot be read is an error at its own place, and loads nothing. */
function orNothing<T>(read: () => T): T[] {
  try {
    return [read()];
  } catch {
    return [];
  }
}

function toUsers(ids: unknown, idType: unknown): UserKey[] {
  return listOf(ids).map((id) => ({ id: textOf(id), idType: idTypeOf(idType) }));
}

/** A longer one is refused by its own field, which can say more. */
function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) && value.length <= MAX_USERS_PER_LIST ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function idTypeOf(value: unknown): UserIdType {
  return UserIdType[value as UserIdType];
}
