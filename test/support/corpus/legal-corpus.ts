import { getIntrospectionQuery } from 'graphql';
import {
  WHOLE,
  entities,
  failing,
  filter,
  get,
  longTimes,
  post,
  repeat,
  taskFields,
  tasksOf,
  times,
  toId,
  users,
  viewsOf,
  type Legal,
  type LegalWorld,
} from './legal-operation';

function lists({ semesterIds: [cycle = ''], userIds: ids }: LegalWorld): Legal[] {
  const whole = `${tasksOf(cycle)} ${WHOLE}`;
  const ofCycle = (name: string, selection: string) =>
    post(name, `query($ids: [ID!]!) { semester(id: "${cycle}") { ${selection} } }`, { ids });
  return [
    users('1,000 people', ids, 'id idType __typename'),
    users('1,000 people, 200 times a short field', ids, times(200, '__typename')),
    users('1,000 people, 70 times their ID', ids, times(70, 'id')),
    users('1,000 people under the longest names', ids, longTimes(20, 'id')),
    users('1,000 people with whole tasks', ids, whole),
    users(
      'one person 1,000 times',
      ids.map(() => ids[0] ?? ''),
      whole,
    ),
    ofCycle('a cycle with 1,000 people', `userStageTasks(userIds: $ids) ${WHOLE}`),
    ofCycle(
      'a cycle with 1,000 people under 4 filters',
      repeat(
        4,
        (i) => `v${i}: userStageTasks(userIds: $ids, ${filter(i)}) { id stageTasks { stageId } }`,
      ),
    ),
    ofCycle(
      '8 summaries of 1,000 people under different filters',
      repeat(8, (i) => `s${i}: summary(userIds: $ids, ${filter(i)}) { users todo done }`),
    ),
    post(
      '200 lists of 200 people',
      `query($ids: [ID!]!) { ${times(200, 'users(ids: $ids) { id idType }')} }`,
      { ids: ids.slice(0, 200) },
    ),
    post(
      '40 lists of 1,000 people, written out',
      `{ ${times(40, `users(ids: [${repeat(1_000, (i) => String(i % 10))}], idType: USER_ID) { id }`)} }`,
    ),
    users(
      '1,000 people whom Feishu does not know',
      ids.map((_, i) => `ou_${i}`),
      viewsOf(cycle, 7, '{ id }'),
    ),
  ];
}

function views({ semesterIds: [cycle = '', other = ''], userIds: ids }: LegalWorld): Legal[] {
  const tasks = tasksOf(cycle);
  return [
    users('8 views of 1,000 people', ids, viewsOf(cycle, 8, '{ id }')),
    users('20 views of 400 people', ids.slice(0, 400), viewsOf(cycle, 20, '{ stale }')),
    users(
      '20 views of 150 people with their tasks',
      ids.slice(0, 150),
      viewsOf(cycle, 20, '{ stageTasks { stageId } }'),
    ),
    users(
      '20 views of 45 people in each of two cycles',
      ids.slice(0, 45),
      [cycle, other].map((id) => viewsOf(id, 20, '{ id stageTasks { id } }')).join(' '),
    ),
    users('20 views of one person, whole', ids.slice(0, 1), viewsOf(cycle, 20, WHOLE)),
    users(
      '20 views of one person, 240 fields of each task',
      ids.slice(0, 1),
      viewsOf(cycle, 20, `{ stageTasks { ${taskFields(240)} } }`),
    ),
    users(
      '20 fields of each task of 1,000 people',
      ids,
      `${tasks} { stageTasks { ${taskFields(20)} } }`,
    ),
    users(
      'the name of each task of 1,000 people in 5 ways',
      ids,
      `${tasks} { stageTasks { name { zhCN enUS ${times(3, 'text(locale: EN_US)')} } } }`,
    ),
  ];
}

function aliases({ semesterIds: [cycle = ''], userIds: ids }: LegalWorld): Legal[] {
  const tasks = tasksOf(cycle);
  const people = (selection: string) =>
    repeat(1_000, (i) => `u${i}:user(id:"${ids[i] ?? ''}"){${selection}}`);
  const quota = '{ callsPerMinute callsLeft nextCallAt waitingUsers closedUntil closedReason }';
  return [
    post(
      '1,000 people by alias, whole',
      `{ ${people(`${tasks}{...F}`)} } fragment F on UserStageTasks ${WHOLE}`,
    ),
    post(
      '1,000 people by alias, 3 views each',
      `{ ${people('...F')} } fragment F on User { ${viewsOf(cycle, 3, '{ id }')} }`,
    ),
    post(
      '1,000 people by variables',
      `query(${repeat(1_000, (i) => `$v${i}: ID!`)}) { ${repeat(1_000, (i) => `a${i}: user(id: $v${i}) { id ${tasks} { stale } }`)} }`,
      Object.fromEntries(ids.map((id, i) => [`v${i}`, id])),
    ),
    post(
      '1,000 directives',
      `query($yes: Boolean!) { ${times(1_000, 'user(id: "a", idType: USER_ID) @include(if: $yes) { id }')} }`,
      { yes: true },
    ),
    post('4,900 people by alias', `{ ${times(4_900, 'user(id:"ou_1"){id}')} }`),
    post('5,000 names of the root', `{ ${times(5_000, '__typename')} }`),
    post('1,800 of the longest names', `{ ${longTimes(1_800, '__typename')} }`),
    post('2,000 times the quota', `{ ${times(2_000, `upstreamQuota ${quota}`)} }`),
    post(
      '2,000 times a cycle',
      `{ ${times(2_000, `semester(id: "${cycle}") { id name { zhCN } startTime }`)} }`,
    ),
  ];
}

function fragments({ semesterIds: [cycle = ''], userIds: ids }: LegalWorld): Legal[] {
  const chain = repeat(16, (i) => `fragment F${i} on User { f${i}: id ...F${i + 1} }`);
  return [
    users(
      '190 fragments side by side',
      ids,
      repeat(190, (i) => `...F${i}`),
      repeat(190, (i) => `fragment F${i} on User { f${i}: idType }`),
    ),
    users(
      'a chain of 17 fragments',
      ids,
      '...F0',
      `${chain} fragment F16 on User { ${tasksOf(cycle)} { id } }`,
    ),
    users(
      '190 inline fragments',
      ids,
      repeat(190, (i) => `... on User { i${i}: idType }`),
    ),
    post(
      '4,900 aliases behind 6 spreads',
      `{ ${times(6, `user(id: "a", idType: USER_ID) { ...F }`)} } fragment F on User { ${times(700, 'idType')} }`,
    ),
  ];
}

function nested({ semesterIds: [cycle = ''], userIds: ids }: LegalWorld): Legal[] {
  const tasks = tasksOf(cycle);
  const below = (levels: number): string =>
    levels === 0
      ? '{ id }'
      : `{ user { stageTasks(semesterId: "${cycle}", ${filter(levels)}) ${below(levels - 1)} } }`;
  const dates = repeat(20, (i) => `d${i}: startTime`);
  const cycleOf = (name: string, count: number, selection: string) =>
    users(name, ids.slice(0, count), `${tasks} { semester { ${selection} } }`);
  return [
    users('tasks below those of 500 people', ids.slice(0, 500), `${tasks} ${below(1)}`),
    users('tasks 3 deep of 300 people', ids.slice(0, 300), `${tasks} ${below(2)}`),
    users('tasks 8 deep of 100 people', ids.slice(0, 100), `${tasks} ${below(7)}`),
    cycleOf('the cycle below 1,000 people', 1_000, 'id name { zhCN enUS } startTime endTime'),
    cycleOf('20 dates below 1,000 people', 1_000, dates),
    cycleOf(
      '8 lists below each of 200 people',
      200,
      repeat(8, (i) => `l${i}: userStageTasks(userIds: ["${ids[0] ?? ''}"], ${filter(i)}) { id }`),
    ),
    cycleOf(
      '900 people below one',
      1,
      `userStageTasks(userIds: ${JSON.stringify(ids.slice(0, 900))}) { id stageTasks { stageId } }`,
    ),
  ];
}

function references({ semesterIds, userIds }: LegalWorld): Legal[] {
  const [cycle = ''] = semesterIds;
  const people = userIds.map((id) => ({ id }));
  const cycles = userIds.map((_, i) => ({ id: semesterIds[i % semesterIds.length] }));
  const tasks = userIds.map((id) => ({
    id: toId([cycle, 'OPEN_ID', id, null, null, null]),
  }));
  const dates = repeat(20, (i) => `d${i}: endTime`);
  const wrong = (name: string, type: string, key: object) =>
    failing('BAD_USER_INPUT', entities(name, type, Array<object>(1_000).fill(key), 'id'));
  return [
    entities('1,000 references of people, whole', 'User', people, `${tasksOf(cycle)} ${WHOLE}`),
    entities('8 views of 1,000 references', 'User', people, viewsOf(cycle, 8, '{ id }')),
    entities('200 names of 1,000 references', 'User', people, times(200, '__typename')),
    entities('1,000 references of tasks', 'UserStageTasks', tasks, WHOLE.slice(1, -1)),
    entities('1,000 references of cycles', 'Semester', cycles, 'id name { zhCN enUS } startTime'),
    entities('20 dates of 1,000 references of cycles', 'Semester', cycles, dates),
    wrong('1,000 references of people with poison IDs', 'User', { id: 'a b' }),
    wrong('1,000 references of tasks that are none', 'UserStageTasks', { id: 'a' }),
    wrong('1,000 references of an unknown type', 'User', { __typename: 'Other' }),
  ];
}

/** Operations with errors at some of their fields. */
function errors(world: LegalWorld): Legal[] {
  const { semesterIds, userIds: ids, asSelf } = world;
  const [cycle = ''] = semesterIds;
  const [self = ''] = ids;
  const denied = (legal: Legal): Legal => ({
    ...failing('FORBIDDEN', legal),
    headers: { ...legal.headers, ...asSelf },
  });
  const eight = viewsOf(cycle, 8, '{ id }');
  const mixed = ids.map((id, i) => (i % 2 ? id : self));
  const byAlias = repeat(900, (i) => `u${i}:user(id:"${ids[i + 1] ?? ''}"){...F}`);
  const tasks = ids.map((id) => ({ id: toId([cycle, 'OPEN_ID', id, null, null, null]) }));
  return [
    denied(users('8 denied loads of 1,000 people', ids, times(8, `${tasksOf(cycle)} { id }`))),
    denied(users('8 denied views of 1,000 people', ids, eight)),
    denied(users('8 views of 500 people denied and one permitted 500 times', mixed, eight)),
    denied(users('8 denied views below 50,000 empty lines', ids, `${'\n'.repeat(50_000)}${eight}`)),
    denied(
      post(
        'a cycle with 1,000 denied people under 7 filters',
        `query($ids: [ID!]!) { semester(id: "${cycle}") { ${repeat(7, (i) => `v${i}: userStageTasks(userIds: $ids, ${filter(i)}) { id }`)} } }`,
        { ids },
      ),
    ),
    denied(
      post(
        '900 denied people by alias, 4 views each',
        `{ ${byAlias} } fragment F on User { ${viewsOf(cycle, 4, '{ id }')} }`,
      ),
    ),
    denied(entities('1,000 denied references of tasks', 'UserStageTasks', tasks, 'id')),
    failing(
      'BAD_USER_INPUT',
      post(
        '4,900 cycles that are none below 50,000 empty lines',
        `${'\n'.repeat(50_000)}{ ${times(4_900, 'semester(id:"x"){id}')} }`,
      ),
    ),
    failing(
      'FORBIDDEN',
      post('5,000 times a viewer who is none', `{ ${times(5_000, 'viewer { id }')} }`),
    ),
    failing(
      'BAD_USER_INPUT',
      users(
        '8 views of 1,000 people in a cycle that is none',
        ids,
        times(8, 'stageTasks(semesterId: "x") { id }'),
      ),
    ),
  ];
}

function small({ semesterIds: [cycle = ''], userIds: ids }: LegalWorld): Legal[] {
  const list = 'query($ids: [ID!]!) { users(ids: $ids)';
  const introspection = getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true });
  return [
    get('whole tasks of 250 people by GET', `${list} { ${tasksOf(cycle)} ${WHOLE} } }`, {
      ids: ids.slice(0, 250),
    }),
    get('20 views of 200 people by GET', `${list} { ${viewsOf(cycle, 20, '{ stale }')} } }`, {
      ids: ids.slice(0, 200),
    }),
    get('300 names by GET', `{ ${times(300, '__typename')} }`),
    post('what tools ask of the schema', introspection),
    post('the types of the schema 9 times', `{ ${times(9, '__schema { types { name kind } }')} }`),
    post('a type 2,500 times', `{ ${times(2_500, '__type(name: "User") { name description }')} }`),
  ];
}

const KINDS = [lists, views, aliases, fragments, nested, references, errors, small];

/** The largest operations of each kind. None exceeds 20 views of one user in one cycle. */
export function legalCorpus(world: LegalWorld): readonly Legal[] {
  return KINDS.flatMap((kind) => kind(world));
}

/** One operation of each kind. */
export function legalSample(world: LegalWorld): readonly Legal[] {
  return KINDS.flatMap((kind) => kind(world).slice(0, 1));
}
