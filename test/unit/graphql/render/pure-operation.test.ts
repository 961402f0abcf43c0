import { parse, validate } from 'graphql';
import { isRenderable } from '../../../../src/graphql/render/pure-operation';
import { createTextCache } from '../../../../src/graphql/render/text-cache';
import { buildExecutionSchemas } from '../../../../src/graphql/schema';
import type { SubgraphOptions } from '../../../../src/graphql/schema';
import { operationOf } from '../../../support/rendered-answers';

const TASKS = 'stageTasks(semesterId: "1")';
const ofUser = (selection: string) => `{ user(id: "ou_1") { ${TASKS} { ${selection} } } }`;
const OF_ENTITY = 'query($r: [_Any!]!) { _entities(representations: $r)';

function isRendered(text: string, options: SubgraphOptions = {}, operationName?: string) {
  const { served } = buildExecutionSchemas(options, createTextCache(0));
  const document = parse(text);
  expect(validate(served, document)).toEqual([]);
  return isRenderable(served, document, operationOf({ document, operationName }));
}

test.each([
  ['all tasks', ofUser('stageTasks { id name { text } } counts { count } fetchedAt stale')],
  ['whose tasks they are', ofUser('user { id idType __typename } semester { id __typename }')],
  ['tasks of a list', '{ users(ids: []) { id tasks: stageTasks(semesterId: "1") { id } } }'],
  [
    'tasks of a cycle',
    '{ semester(id: "1") { name { text } userStageTasks(userIds: []) { id } } }',
  ],
  ['tasks of an entity', `${OF_ENTITY} { ... on User { ${TASKS} { id } } } }`],
  ['a user of an entity', `${OF_ENTITY} { ... on UserStageTasks { user { ${TASKS} { id } } } } }`],
  ['a fragment', `${ofUser('...F')} fragment F on UserStageTasks { user { id } }`],
  ['tasks beside the quota', `{ upstreamQuota { callsLeft } viewer { ${TASKS} { id } } }`],
])('%s are rendered', (_, text) => {
  expect(isRendered(text)).toBe(true);
});

test.each([
  ['no tasks', '{ user(id: "ou_1") { id } }'],
  ['tasks only as an entity', `${OF_ENTITY} { ... on UserStageTasks { id stageTasks { id } } } }`],
  ['tasks below tasks', ofUser(`user { ${TASKS} { id } }`)],
  ['the name of a cycle', ofUser('semester { name { text } }')],
  ['the dates of a cycle', ofUser('semester { startTime }')],
  ['the tasks of a cycle', ofUser('semester { userStageTasks(userIds: []) { id } }')],
  [
    'a load in a fragment',
    `${ofUser('...F')} fragment F on UserStageTasks { ...G }
    fragment G on UserStageTasks { semester { ...H } } fragment H on Semester { endTime }`,
  ],
  [
    'a load in a fragment that stands above tasks too',
    `{ user(id: "ou_1") { ...F ${TASKS} { user { ...F } } } }
    fragment F on User { other: stageTasks(semesterId: "2") { id } }`,
  ],
  [
    'a load in one of two inline fragments',
    ofUser('id ... { semester { ... on Semester { name { text } } } }'),
  ],
  ['a load that is skipped', ofUser('semester { id name @skip(if: true) { text } }')],
  ['introspection', `{ __schema { queryType { name } } viewer { ${TASKS} { id } } }`],
  ['introspection of one type', `{ __type(name: "User") { name } viewer { ${TASKS} { id } } }`],
])('%s is executed by graphql-js', (_, text) => {
  expect(isRendered(text)).toBe(false);
});

test('Each operation of a document is looked at by itself', () => {
  const text = `query A ${ofUser('id')} query B ${ofUser('semester { name { text } }')}`;
  expect(['A', 'B'].map((name) => isRendered(text, {}, name))).toEqual([true, false]);
});

describe('Where a field of the company names users', () => {
  const options = { userKey: 'openId' } as const;

  test('its value may be an error, so that graphql-js executes it below tasks', () => {
    expect(isRendered(ofUser('user { openId }'), options)).toBe(false);
  });

  test('operations that select it only above tasks are rendered', () => {
    const text = `{ user(id: "ou_1") { openId ${TASKS} { id user { __typename } } } }`;
    expect(isRendered(text, options)).toBe(true);
  });
});
