/** One request that nobody sends in good faith, and how it is turned away. */
export interface Abuse {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  /** Behind `/graphql`. */
  readonly search: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly status: number;
  readonly code: string;
}

const CYCLE = '7406841555196582732';
const OPEN_ID = `ou_${'a'.repeat(32)}`;
const TASKS = `stageTasks(semesterId: "${CYCLE}")`;
const JSON_TYPE = { 'content-type': 'application/json' };

const repeat = (count: number, write: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => write(i)).join(' ');
const nest = (count: number, open: string, inner: string, close: string) =>
  `${open.repeat(count)}${inner}${close.repeat(count)}`;
const openIds = (count: number, first = 0) =>
  Array.from({ length: count }, (_, i) => `ou_${first + i}`);

function raw(name: string, body: string, status: number, code: string): Abuse {
  return { name, method: 'POST', search: '', headers: JSON_TYPE, body, status, code };
}

function operation(name: string, query: string, code: string, variables = {}): Abuse {
  return raw(name, JSON.stringify({ query, variables }), 400, code);
}

const expensive = (name: string, query: string, variables = {}) =>
  operation(name, query, 'OPERATION_TOO_EXPENSIVE', variables);
const unreadable = (name: string, query: string) => operation(name, query, 'GRAPHQL_PARSE_FAILED');
const invalid = (name: string, query: string) =>
  operation(name, query, 'GRAPHQL_VALIDATION_FAILED');
/** Written by hand, since JSON.stringify could not write some of it. */
const withVariables = (json: string) =>
  `{"query": "query($ids: [ID!]!) { users(ids: $ids) { id } }", "variables": ${json}}`;

const branching = (levels: number): string =>
  levels === 0 ? '{ id }' : `{ ${`${TASKS} { user ${branching(levels - 1)} } `.repeat(2)} }`;

const doubling = (count: number, field: (next: string) => string) =>
  repeat(count, (i) => `fragment F${i} on User { ${field(`...F${i + 1}`)} }`);

/** Fragments: of these, limits that do not follow them know nothing. */
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
    'a circle that nobody spreads',
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

/** Each of which has an answer of megabytes, or as many objects in memory. */
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
    '200 lists of representations that name nobody',
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

/** Values that graphql-js reads again for each field that has them, or for each parent of it. */
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

/** Each of which graphql-js has a whole sentence for. */
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

const WORDS: readonly Abuse[] = [
  invalid(
    'duplicate variables',
    `query(${repeat(2_000, () => '$a: ID!')}) { user(id: $a) { id } }`,
  ),
  expensive('10,000 variables', `query(${repeat(10_000, (i) => `$a${i}: ID`)}) { __typename }`),
  invalid('5,000 fields that there are not', `{ ${repeat(5_000, (i) => `semster${i}`)} }`),
  invalid(
    'many operations without a name',
    repeat(100, () => '{ __typename }'),
  ),
  expensive(
    'too many operations',
    repeat(1_000, (i) => `query Q${i} { __typename }`),
  ),
  expensive('5,000 directives', `{ __typename ${repeat(5_000, () => '@skip(if: false)')} }`),
  expensive(
    '10,000 directives that there are not',
    `query ${repeat(10_000, (i) => `@a${i}`)} { __typename }`,
  ),
  expensive('too many tokens', `{ ${repeat(100_000, () => 'a')} }`),
  expensive('many tokens in a list', `{ users(ids: [${repeat(100_000, () => '1')}]) { id } }`),
  unreadable('a text without an end, full of quotes', `{ user(id: "${'\\"'.repeat(60_000)}) }`),
  unreadable(
    'a block without an end, full of quotes',
    `{ user(id: """${'\\""" '.repeat(25_000)}) }`,
  ),
  unreadable('a query of other signs', '🦊'.repeat(10_000)),
  {
    ...operation(
      'an operation that changes something',
      'mutation { deleteEverything }',
      'BAD_USER_INPUT',
    ),
    status: 200,
  },
  { ...operation('a subscription', 'subscription { stageTasks }', 'BAD_USER_INPUT'), status: 200 },
];

const BODIES: readonly Abuse[] = [
  raw(
    'a query of 1 MB',
    JSON.stringify({ query: `{ ${'a '.repeat(500_000)} }` }),
    413,
    'BAD_REQUEST',
  ),
  raw(
    'variables of 1 MB',
    JSON.stringify({ query: '{ __typename }', variables: { a: 'x'.repeat(1_000_000) } }),
    413,
    'BAD_REQUEST',
  ),
  raw(
    'operations in a list',
    JSON.stringify(Array.from({ length: 1_000 }, () => ({ query: '{ __typename }' }))),
    400,
    'BAD_REQUEST',
  ),
  raw(
    'a "__proto__" beside the query',
    '{"query": "{ __typename }", "__proto__": {"isAdmin": true}}',
    400,
    'BAD_REQUEST',
  ),
  raw(
    'a "__proto__" in the variables',
    withVariables('{"ids": ["a"], "__proto__": {"toJSON": 1}}'),
    400,
    'BAD_REQUEST',
  ),
  raw(
    'a "constructor.prototype" in the variables',
    withVariables('{"ids": ["a"], "constructor": {"prototype": {"a": 1}}}'),
    400,
    'BAD_REQUEST',
  ),
  raw(
    'a "__proto__" written with escapes',
    withVariables('{"ids": ["a"], "\\u005f_proto__": {"a": 1}}'),
    400,
    'BAD_REQUEST',
  ),
  raw('JSON that ends early', '{"query": "{ __typename }"', 400, 'BAD_REQUEST'),
  raw(
    'variables that are a text',
    '{"query": "{ __typename }", "variables": "{}"}',
    400,
    'BAD_REQUEST',
  ),
  raw(
    'extensions that are a list',
    '{"query": "{ __typename }", "extensions": []}',
    400,
    'BAD_REQUEST',
  ),
  raw('a query that is an object', '{"query": {"kind": "Document"}}', 400, 'BAD_REQUEST'),
  raw(
    'an ID that is a number too large',
    withVariables('{"ids": [7406841555196582732]}'),
    400,
    'BAD_USER_INPUT',
  ),
  {
    ...raw('a "__proto__" in the variables of a GET', '', 400, 'BAD_USER_INPUT'),
    method: 'GET',
    search: `?query={__typename}&variables=${encodeURIComponent('{"__proto__": {"a": 1}}')}`,
    body: undefined,
  },
  {
    ...raw('a request that a foreign page could forge', '', 400, 'BAD_REQUEST'),
    method: 'GET',
    search: '?query={__typename}',
    headers: {},
    body: undefined,
  },
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
  ...WORDS,
  ...BODIES,
];
