import {
  expensive,
  invalid,
  operation,
  raw,
  repeat,
  unreadable,
  withVariables,
  type Abuse,
} from './abuse-request';

/** Texts that are long, broken or of the wrong kind. */
export const TEXTS: readonly Abuse[] = [
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
  invalid('a subscription that there is not', 'subscription { stageTasks }'),
  operation(
    'a subscription without a stream',
    'subscription { userStageTasksChanged(semesterId: "1", userIds: ["1"]) { id } }',
    'BAD_USER_INPUT',
  ),
];

/** Bodies and queries of HTTP requests. */
export const BODIES: readonly Abuse[] = [
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
