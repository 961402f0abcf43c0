import { MAX_USERS_PER_LIST } from '../../domain/input-rules';
import { UserIdType } from '../../domain/user';
import { FIELDS_PER_LOAD, loadOf } from './loads';
import { referencesPrice } from './references';
import type { Arguments, FieldPrice, Objects, Party, PriceRules, Rule } from './price-rules';

/** What each item of a list stands for, where no argument tells how many there are. */
export interface ListLength {
  /** More than the mean, since each of them is work. */
  readonly most: number;
  /** Of an answer of typical size. */
  readonly typical: number;
}

export const ONE: ListLength = { most: 1, typical: 1 };
/** Of what the schema says about itself: more than the mean of its lists, types excepted. */
const PARTS_PER_TYPE: ListLength = { most: 5, typical: 5 };
/** What tools ask of the schema comes once; graphql-js gathers all of it anew for each. */
const FIELDS_PER_SCHEMA = 20_000;
/** Each waits for the list of cycles by itself, where no call for tasks describes the cycle. */
const FIELDS_PER_DESCRIPTION = 10;

const LIST_LENGTHS: Readonly<Record<string, ListLength>> = {
  'UserStageTasks.counts': { most: 3, typical: 3 },
  // A user has about five stages, in one or two groups each.
  'UserStageTasks.stageTasks': { most: 10, typical: 5 },
};

/** Of a field whose list no argument names the items of. */
export function listLengthOf(coordinate: string, isList: boolean): ListLength {
  const ofSchema = isList && coordinate.startsWith('__');
  return LIST_LENGTHS[coordinate] ?? (ofSchema ? PARTS_PER_TYPE : ONE);
}

/** What a field costs beyond itself, known from the document alone. */
export const FIXED_FIELDS: Readonly<Record<string, number>> = {
  'Query.__schema': FIELDS_PER_SCHEMA,
  'Semester.name': FIELDS_PER_DESCRIPTION,
  'Semester.startTime': FIELDS_PER_DESCRIPTION,
  'Semester.endTime': FIELDS_PER_DESCRIPTION,
};

/** Fields whose price depends on their arguments, the caller or what lies above. */
export const RULES: Readonly<Record<string, Rule>> = {
  'Query.user': (_, { id, idType }, objects) =>
    passOn(about(objects, { userIds: [textOf(id)], idType: idTypeOf(idType) })),
  'Query.users': (_, { ids, idType }, objects) => {
    const userIds = idsOf(ids);
    const found = about(objects, { userIds, idType: idTypeOf(idType) });
    return {
      ...passOn(multiply(found, exactly(userIds.length))),
      fields: objects.count * userIds.length,
    };
  },
  'Query.viewer': ({ viewer }, _args, objects) =>
    viewer
      ? passOn(about(objects, { userIds: [viewer.id], idType: viewer.idType }))
      : { fields: 0, outcome: () => ({ loads: [], children: [] }) },
  'Query.semester': (_, { id }, objects) => passOn(about(objects, { semesterId: textOf(id) })),
  'Query._entities': (rules, { representations }, { parties: [root] }) =>
    referencesPrice(rules, listOf(representations), root ?? NOTHING_KNOWN),
  'User.stageTasks': (rules, args, objects) =>
    loadPrice(rules, args, about(objects, { semesterId: textOf(args['semesterId']) })),
  'Semester.userStageTasks': (rules, args, objects) => {
    const userIds = idsOf(args['userIds']);
    const found = about(objects, { userIds, idType: idTypeOf(args['userIdType']) });
    return loadPrice(rules, args, multiply(found, exactly(userIds.length)));
  },
  '__Schema.types': ({ schema }, _args, objects) => {
    const types = Object.keys(schema.getTypeMap());
    return passOn(multiply(objects, exactly(types.length)));
  },
};

/** A user whose ID stands in no argument counts as one. */
export const NOTHING_KNOWN: Party = {
  after: '',
  idType: UserIdType.OPEN_ID,
  userIds: [''],
  semesterId: '',
};

/** Of every other field. */
export function plainRule(length: ListLength): Rule {
  return (_rules, _args, objects) => passOn(length === ONE ? objects : multiply(objects, length));
}

function loadPrice(rules: PriceRules, args: Arguments, objects: Objects): FieldPrice {
  return {
    fields: objects.count * FIELDS_PER_LOAD,
    outcome() {
      const loads = objects.parties.map((party) => loadOf(rules, args, party));
      return { loads, children: [{ ...objects, parties: loads.map(({ below }) => below) }] };
    },
  };
}

function passOn(objects: Objects): FieldPrice {
  return { fields: 0, outcome: () => ({ loads: [], children: [objects] }) };
}

function about(objects: Objects, known: Partial<Omit<Party, 'after'>>): Objects {
  return { ...objects, parties: objects.parties.map((party) => ({ ...party, ...known })) };
}

function exactly(length: number): ListLength {
  return { most: length, typical: length };
}

function multiply(objects: Objects, { most, typical }: ListLength): Objects {
  const { count, typicalCount } = objects;
  return { ...objects, count: count * most, typicalCount: typicalCount * typical };
}

// What an argument names, if it is what it should be. What it is otherwise, its field will say.

function idsOf(value: unknown): readonly string[] {
  return listOf(value).map(textOf);
}

/** A longer one is refused by its own field, which can say more. */
function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) && value.length <= MAX_USERS_PER_LIST ? value : [];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function idTypeOf(value: unknown): UserIdType {
  return UserIdType[value as UserIdType];
}
