/** A user, named in each way that an entry point needs. */
export interface Target {
  readonly openId: string;
  readonly semesterId: string;
  /** The ID of the user's `UserStageTasks`. */
  readonly opaqueId: string;
}

/** A field of the schema through which a client can read tasks. */
export interface EntryPoint {
  readonly name: string;
  readonly query: (target: Target) => string;
  readonly representation?: (target: Target) => object;
  /** The path of the tasks in the answer. */
  readonly path: readonly (string | number)[];
}

export const TASKS = 'user { id } stageTasks { stageId name { text } }';
export const tasks = (target: Target, selection = TASKS) =>
  `stageTasks(semesterId: "${target.semesterId}") { ${selection} }`;
const ENTITIES = 'query($representation: _Any!) { _entities(representations: [$representation])';

/** Every field that leads to tasks, and every form of operation that reaches one. */
export const ENTRY_POINTS: readonly EntryPoint[] = [
  {
    name: 'user.stageTasks',
    query: (target) => `{ user(id: "${target.openId}") { ${tasks(target)} } }`,
    path: ['user', 'stageTasks'],
  },
  {
    name: 'users.stageTasks',
    query: (target) => `{ users(ids: ["${target.openId}"]) { ${tasks(target)} } }`,
    path: ['users', 0, 'stageTasks'],
  },
  {
    name: 'semester.userStageTasks',
    query: ({ semesterId, openId }) =>
      `{ semester(id: "${semesterId}") { userStageTasks(userIds: ["${openId}"]) { ${TASKS} } } }`,
    path: ['semester', 'userStageTasks', 0],
  },
  {
    name: 'an alias',
    query: (target) =>
      `{ a: user(id: "${target.openId}") { b: ${tasks(target)} c: ${tasks(target)} } }`,
    path: ['a', 'c'],
  },
  {
    name: 'a named fragment in another',
    query: (target) =>
      `query { ...Outer } fragment Outer on Query { user(id: "${target.openId}") { ...Inner } } ` +
      `fragment Inner on User { ${tasks(target)} }`,
    path: ['user', 'stageTasks'],
  },
  {
    name: 'an inline fragment',
    query: (target) =>
      `{ ... on Query { user(id: "${target.openId}") { ... on User { ${tasks(target)} } } } }`,
    path: ['user', 'stageTasks'],
  },
  {
    name: 'the user nested in its tasks',
    query: (target) =>
      `{ user(id: "${target.openId}") { ${tasks(target, `user { id ${tasks(target)} }`)} } }`,
    path: ['user', 'stageTasks'],
  },
  {
    name: 'a filtered view',
    query: ({ semesterId, openId }) =>
      `{ user(id: "${openId}") { stageTasks(semesterId: "${semesterId}", filter: { options: [TODO] }) { ${TASKS} } } }`,
    path: ['user', 'stageTasks'],
  },
  {
    name: '_entities of User',
    query: (target) => `${ENTITIES} { ... on User { ${tasks(target)} } } }`,
    representation: ({ openId }) => ({ __typename: 'User', id: openId }),
    path: ['_entities', 0, 'stageTasks'],
  },
  {
    name: '_entities of UserStageTasks, by opaque ID',
    query: () => `${ENTITIES} { ... on UserStageTasks { ${TASKS} } } }`,
    representation: ({ opaqueId }) => ({ __typename: 'UserStageTasks', id: opaqueId }),
    path: ['_entities', 0],
  },
  {
    name: '_entities of Semester',
    query: ({ openId }) =>
      `${ENTITIES} { ... on Semester { userStageTasks(userIds: ["${openId}"]) { ${TASKS} } } } }`,
    representation: ({ semesterId }) => ({ __typename: 'Semester', id: semesterId }),
    path: ['_entities', 0, 'userStageTasks', 0],
  },
];
