import { UserIdType, type UserKey } from '../../domain/user';
import { idTypeOf, listOf, textOf, usersOf } from './arguments';
import { load } from './load';
import { toEntities } from './references';
import type { Consequence, FieldCall, Party, PriceRules, Subject } from './subject';

/** A person has about five stages before them, in one or two groups each. */
const TASKS_PER_USER = 10;
const GROUPS_PER_USER = 3;
/** Of what the schema says about itself: more than the mean of its lists, types excepted. */
const PARTS_PER_TYPE = 5;

/** What tools ask of the schema comes once; graphql-js gathers all of it anew for each. */
const FIELDS_PER_SCHEMA = 20_000;

/** Each waits for the list of cycles by itself, where no call for tasks describes the cycle. */
const FIELDS_PER_DESCRIPTION = 10;

/** Somebody whose ID stands in no argument. */
const SOMEBODY: UserKey = { id: '', idType: UserIdType.OPEN_ID };

type Rule = (rules: PriceRules, call: FieldCall, subject: Subject) => Consequence;

/** Fields that load, name whom to load for, or answer with a list. A new one of these wants a line here. */
const PRICE_LIST: Readonly<Record<string, Rule>> = {
  'Query.user': (_, { args }, subject) =>
    free(about(subject, { users: [{ id: textOf(args['id']), idType: idTypeOf(args['idType']) }] })),
  'Query.users': (_, { args }, subject) => {
    const users = usersOf(args['ids'], args['idType']);
    const count = subject.count * users.length;
    return { ...free({ ...about(subject, { users }), count }), weight: count };
  },
  'Query.viewer': ({ viewer }, _call, subject) =>
    viewer
      ? free(about(subject, { users: [viewer] }))
      : { weight: 0, loads: () => [], children: () => [] },
  'Query.semester': (_, { args }, subject) =>
    free(about(subject, { semesterIds: [textOf(args['id'])] })),
  'Query._entities': (rules, { args }, subject) =>
    toEntities(rules, listOf(args['representations']), subject),
  'Semester.name': describe,
  'Semester.startTime': describe,
  'Semester.endTime': describe,
  'User.stageTasks': (rules, { args }, subject) => {
    const { parties } = about(subject, { semesterIds: [textOf(args['semesterId'])] });
    return load(rules, args, parties, subject.count);
  },
  'Semester.userStageTasks': (rules, { args }, subject) => {
    const users = usersOf(args['userIds'], args['userIdType']);
    return load(rules, args, about(subject, { users }).parties, subject.count * users.length);
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
  return free(isAboutUsers(subject) ? subject : about(subject, { users: [SOMEBODY] }));
}

function free(child: Subject): Consequence {
  return { weight: 0, loads: () => [], children: () => [child] };
}

function describe(_rules: PriceRules, _call: FieldCall, subject: Subject): Consequence {
  return { ...free(subject), weight: subject.count * FIELDS_PER_DESCRIPTION };
}

function about(subject: Subject, known: Partial<Omit<Party, 'after'>>): Subject {
  return { ...subject, parties: subject.parties.map((party) => ({ ...party, ...known })) };
}

function isAboutUsers({ parties }: Subject): boolean {
  return parties.every(({ users }) => users.length > 0);
}

function times(factor: number): Rule {
  return (_rules, _call, subject) => free({ ...subject, count: subject.count * factor });
}
