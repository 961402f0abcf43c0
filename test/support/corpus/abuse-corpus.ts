import {
  CYCLE,
  OPEN_ID,
  TASKS,
  expensive,
  invalid,
  nest,
  openIds,
  operation,
  raw,
  repeat,
  withVariables,
  type Abuse,
} from './abuse-request';
import { BODIES, TEXTS } from './abuse-texts';

const branching = (levels: number): string =>
  levels === 0 ? '{ id }' : `{ ${`${TASKS} { user ${branching(levels - 1)} } `.repeat(2)} }`;

const doubling = (count: number, field: (next: string) => string) =>
  repeat(count, (i) => `fragment F${i} on User { ${field(`...F${i + 1}`)} }`);

/** Fragments, which a limit has to follow. */
const FRAGMENTS: readonly Abuse[] = [
  expensive('a fragment within itself', '{ ...F } fragment F on Query { ...F }'),
  expensive(
    'fragments in a circle',
    `{ user(id: "${OPEN_ID}") { ...A } } fragment A on User { ...B } fragment B on User { ...C } fragment C on User { id ...A }`,
  ),
  expensive(
    'a circle that loads',
    `{ user(id: "${OPEN_ID}") { ...A } } fragment A on User { ${TASKS} { user { ...A } } }`,
  ),
  expensive(
    'a circle that is not spread',
    '{ __typename } fragment A on User { ...B } fragment B on User { ...A }',
  ),
  expensive(
    'fragments that double each other, without a field',
    `{ user(id: "${OPEN_ID}") { ...F0 } } ${doubling(15, (next) => `${next} ${next}`)} fragment F15 on User { id }`,
  ),
  expensive(
    'fragments that double each other and load',
    `{ user(id: "${OPEN_ID}") { ...F0 } } ${doubling(4, (next) => repeat(12, (i) => `a${i}: ${TASKS} { user { ${next} } }`))} fragment F4 on User { id }`,
  ),
  expensive(
    'a long chain of fragments',
    `{ user(id: "${OPEN_ID}") { ...F0 } } ${doubling(150, (next) => next)} fragment F150 on User { id }`,
  ),
  expensive(
    'too many fragments',
    `{ __typename } ${repeat(5_000, (i) => `fragment F${i} on User { id }`)}`,
  ),
  expensive(
    'aliases hidden in fragments',
    `{ ${repeat(60, (i) => `u${i}: user(id: "ou_${i}") { ...F }`)} } fragment F on User { ${repeat(200, (i) => `a${i}: __typename`)} }`,
  ),
  expensive(
    'depth hidden in fragments',
    `{ user(id: "${OPEN_ID}") { ...F0 } } ${doubling(12, (next) => `${TASKS} { user { ${next} } }`)} fragment F12 on User { id }`,
  ),
  expensive(
    'fragments side by side that are compared with each other',
    `{ user(id: "${OPEN_ID}") { ${repeat(190, (i) => `...F${i}`)} } } ${repeat(190, (i) => `fragment F${i} on User { ${repeat(50, () => 'id')} }`)}`,
  ),
];

const ALIASES: readonly Abuse[] = [
  expensive('10,000 aliases', `{${repeat(10_000, (i) => `a${i}:user(id:1){id}`)}}`),
  expensive('5,001 aliases', `{ ${repeat(5_001, (i) => `a${i}: user(id: "a") { id }`)} }`),
  expensive('10,000 aliases of __typename', `{ ${repeat(10_000, (i) => `a${i}: __typename`)} }`),
  expensive('the same field 10,000 times', `{ ${repeat(10_000, () => '__typename')} }`),
  expensive(
    'the same field with long arguments, which are compared',
    `{ ${repeat(40, () => `users(ids: ${JSON.stringify(openIds(600))}) { id }`)} }`,
  ),
  expensive(
    'fields of the same name that branch at every level',
    `{ user(id: "${OPEN_ID}") ${branching(8)} }`,
  ),
  expensive(
    'aliases of many users each',
    `query($ids: [ID!]!) { ${repeat(300, (i) => `a${i}: users(ids: $ids) { id }`)} }`,
    { ids: openIds(1_000) },
  ),
  expensive(
    'aliases under many users',
    `query($ids: [ID!]!) { users(ids: $ids) { ${repeat(400, (i) => `a${i}: id`)} } }`,
    { ids: openIds(1_000) },
  ),
  expensive(
    'aliases that describe a cycle, under many references',
    `query($r: [_Any!]!) { _entities(representations: $r) { ... on Semester { ${repeat(90, (i) => `a${i}: endTime`)} } } }`,
    { r: Array.from({ length: 1_000 }, () => ({ __typename: 'Semester', id: CYCLE })) },
  ),
];

/** Operations with answers of megabytes, or as many objects in memory. */
const ANSWERS: readonly Abuse[] = [
  expensive(
    '1,000 users under an alias of 200 KB',
    `query($ids: [ID!]!) { users(ids: $ids) { ${'a'.repeat(200_000)}: id } }`,
    { ids: openIds(1_000) },
  ),
  expensive(
    '1,000 users under 100 long aliases',
    `query($ids: [ID!]!) { users(ids: $ids) { ${repeat(100, (i) => `${'a'.repeat(125)}${i}: id`)} } }`,
    { ids: openIds(1_000) },
  ),
  expensive(
    'the schema as text 2,000 times',
    `{ ${repeat(2_000, (i) => `a${i}: _service { sdl }`)} }`,
  ),
  expensive(
    '2,500 views of one user',
    `{ user(id: "${OPEN_ID}") { ${repeat(2_500, (i) => `a${i}: stageTasks(semesterId: "${CYCLE}") { id }`)} } }`,
  ),
  expensive(
    '200 lists of representations with invalid IDs',
    `query($r: [_Any!]!) { ${repeat(200, (i) => `a${i}: _entities(representations: $r) { ... on User { id } }`)} }`,
    { r: Array.from({ length: 1_000 }, () => ({ __typename: 'User', id: 'a b' })) },
  ),
];

const CALLS: readonly Abuse[] = [
  expensive(
    '1,001 users by alias',
    `{ ${repeat(1_001, (i) => `a${i}: user(id: "ou_${i}") { ${TASKS} { id } }`)} }`,
  ),
  expensive(
    'two lists of 1,000 users',
    `query($a: [ID!]!, $b: [ID!]!) { semester(id: "${CYCLE}") { a: userStageTasks(userIds: $a) { id } b: userStageTasks(userIds: $b) { id } } }`,
    { a: openIds(1_000), b: openIds(1_000, 1_000) },
  ),
  expensive(
    'one user in many cycles',
    `{ user(id: "${OPEN_ID}") { ${repeat(21, (i) => `a${i}: stageTasks(semesterId: "${i}") { id }`)} } }`,
  ),
  expensive(
    'many users under many filters',
    `query($ids: [ID!]!) { users(ids: $ids) { ${repeat(20, (i) => `a${i}: stageTasks(semesterId: "${CYCLE}", filter: { deadlineAfter: "20${i + 10}-01-01T00:00:00Z" }) { id }`)} } }`,
    { ids: openIds(1_000) },
  ),
  expensive(
    'users asked for again below their own answers',
    `query($ids: [ID!]!) { users(ids: $ids) { ${TASKS} { user { ${TASKS} { user { ${TASKS} { id } } } } } } }`,
    { ids: openIds(500) },
  ),
  expensive(
    'representations of users in many cycles',
    `query($r: [_Any!]!) { _entities(representations: $r) { ... on User { ${repeat(3, (i) => `a${i}: stageTasks(semesterId: "${i}") { id }`)} } } }`,
    { r: openIds(500).map((id) => ({ __typename: 'User', id })) },
  ),
  expensive(
    'representations of cycles, with users each',
    `query($r: [_Any!]!, $ids: [ID!]!) { _entities(representations: $r) { ... on Semester { userStageTasks(userIds: $ids) { id } } } }`,
    {
      r: Array.from({ length: 100 }, (_, i) => ({ __typename: 'Semester', id: String(i) })),
      ids: openIds(1_000),
    },
  ),
];

const words = (count: number, word: string) => repeat(count, () => word);
const MANY_OPTIONS = `filter: { options: [${words(20_000, 'TODO')}] }`;

/** Values that graphql-js reads again for each field or each parent of it. */
const VALUES: readonly Abuse[] = [
  expensive(
    'a long list of options in a fragment',
    `{ ${repeat(1_500, (i) => `a${i}: user(id: "${OPEN_ID}") { ...F }`)} } fragment F on User { stageTasks(semesterId: 1, ${MANY_OPTIONS}) { id } }`,
  ),
  expensive(
    'a long list of people in a fragment',
    `{ ${repeat(1_500, (i) => `a${i}: semester(id: 1) { ...F }`)} } fragment F on Semester { userStageTasks(userIds: [${words(20_000, '1')}]) { id } }`,
  ),
  expensive(
    'a long list of options for each of many users',
    `query($ids: [ID!]!) { users(ids: $ids) { stageTasks(semesterId: 1, ${MANY_OPTIONS}) { id } } }`,
    { ids: openIds(1_000) },
  ),
];

/** Mistakes for each of which graphql-js writes a sentence. */
const MISTAKES: readonly Abuse[] = [
  operation(
    'a long list of IDs that are objects',
    'query($ids: [ID!]!) { users(ids: $ids) { id } }',
    'BAD_USER_INPUT',
    { ids: Array.from({ length: 80_000 }, () => ({})) },
  ),
  operation(
    'a long list of options that there are not',
    `query($options: [TaskOption!]) { user(id: "${OPEN_ID}") { stageTasks(semesterId: 1, filter: { options: $options }) { id } } }`,
    'BAD_USER_INPUT',
    { options: Array.from({ length: 22_000 }, () => 'TODOO') },
  ),
  operation(
    'a variable that is null, for many fields of many users',
    `query($ids: [ID!]!, $s: ID = "1") { users(ids: $ids) { ${repeat(100, (i) => `a${i}: stageTasks(semesterId: $s) { id }`)} } }`,
    'BAD_USER_INPUT',
    { ids: openIds(1_000), s: null },
  ),
];

const DEPTH: readonly Abuse[] = [
  expensive('deep fields', nest(3_000, '{ a', '{ a }', '}')),
  expensive('fields so deep that no parser follows', nest(20_000, '{ a', '{ a }', '}')),
  expensive('deep inline fragments', `{ ${nest(3_000, '... {', '__typename', '}')} }`),
  expensive('a deep list', `{ users(ids: ${nest(3_000, '[', '"a"', ']')}) { id } }`),
  expensive('a deep object', `{ users(ids: ${nest(3_000, '{ a: ', '1', '}')}) { id } }`),
  expensive(
    'a list so deep that no parser follows',
    `{ users(ids: ${nest(29_000, '[', '"a"', ']')}) { id } }`,
  ),
  expensive(
    'a deep list in a directive',
    `{ __typename @skip(if: ${nest(3_000, '[', 'true', ']')}) }`,
  ),
  expensive(
    'a deep list as a default',
    `query($ids: [ID!] = ${nest(3_000, '[', '"a"', ']')}) { users(ids: $ids) { id } }`,
  ),
  expensive(
    'a deep type',
    `query($ids: ${nest(3_000, '[', 'ID', ']')}) { users(ids: $ids) { id } }`,
  ),
  raw(
    'a deep list in the variables',
    withVariables(`{"ids": ${nest(100_000, '[', '1', ']')}}`),
    400,
    'BAD_USER_INPUT',
  ),
  raw(
    'a deep object in the variables',
    withVariables(`{"ids": ["a"], "b": ${nest(40_000, '{"a":', '1', '}')}}`),
    400,
    'BAD_USER_INPUT',
  ),
];

const INTROSPECTION: readonly Abuse[] = [
  expensive('a deep ofType', `{ __schema { types { ${nest(40, 'ofType {', 'name', '}')} } } }`),
  invalid(
    'types of fields of types',
    '{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }',
  ),
  invalid(
    'the same behind fragments',
    '{ __schema { types { ...A } } } fragment A on __Type { fields { type { ...B } } } fragment B on __Type { fields { type { fields { name } } } }',
  ),
  invalid(
    'types of fields of one type',
    '{ __type(name: "Query") { fields { type { fields { type { fields { name } } } } } } }',
  ),
  expensive(
    'the schema 1,000 times',
    `{ ${repeat(1_000, (i) => `a${i}: __schema { types { name fields { name } } }`)} }`,
  ),
  expensive(
    'all types 2,000 times',
    `{ __schema { ${repeat(2_000, (i) => `a${i}: types { name description kind fields { name } }`)} } }`,
  ),
];

export const ABUSE_CORPUS: readonly Abuse[] = [
  ...FRAGMENTS,
  ...ALIASES,
  ...ANSWERS,
  ...CALLS,
  ...VALUES,
  ...MISTAKES,
  ...DEPTH,
  ...INTROSPECTION,
  ...TEXTS,
  ...BODIES,
];
