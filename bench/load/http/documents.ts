/** One operation as clients send it, and the form of its variables and its answer. */
export interface BenchDocument {
  readonly operationName: string;
  readonly query: string;
  /** The variable that names the users. */
  readonly variable: 'userId' | 'userIds' | 'representations';
  /** The value of that variable for one user. */
  readonly nameUser: (userId: string) => unknown;
  /** The user ID in that value. */
  readonly idOf: (name: unknown) => string;
  /** The data of an answer with these users. */
  readonly wrap: (users: readonly unknown[], semesterId: string) => object;
  readonly usersIn: (data: never) => readonly unknown[];
}

const TASKS = `counts { option count }
      stageTasks { stageId name { zhCN enUS } deadline needTodoCount jumpUrl status option }
      fetchedAt
      stale`;

const idOfText = (name: unknown) => String(name);

const ONE_USER: BenchDocument = {
  operationName: 'OneUser',
  query: `query OneUser($userId: ID!, $semesterId: ID!) {
  user(id: $userId) {
    stageTasks(semesterId: $semesterId) {
      ${TASKS}
    }
  }
}`,
  variable: 'userId',
  nameUser: (userId) => userId,
  idOf: idOfText,
  wrap: ([user]) => ({ user }),
  usersIn: (data: { user: unknown }) => [data.user],
};

const PAGE: BenchDocument = {
  operationName: 'Page',
  query: `query Page($semesterId: ID!, $userIds: [ID!]!) {
  semester(id: $semesterId) {
    userStageTasks(userIds: $userIds) {
      user { id }
      ${TASKS}
    }
  }
}`,
  variable: 'userIds',
  nameUser: (userId) => userId,
  idOf: idOfText,
  wrap: (users) => ({ semester: { userStageTasks: users } }),
  usersIn: usersOfPage,
};

/** As Apollo Client sends it: with `__typename` in each selection, and with the IDs that its cache needs. */
const PAGE_WITH_IDS: BenchDocument = {
  ...PAGE,
  operationName: 'PageWithIds',
  query: `query PageWithIds($semesterId: ID!, $userIds: [ID!]!) {
  semester(id: $semesterId) {
    __typename
    id
    userStageTasks(userIds: $userIds) {
      __typename
      id
      user { __typename id }
      counts { __typename option count }
      stageTasks {
        __typename
        id
        stageId
        name { __typename zhCN enUS }
        deadline
        needTodoCount
        jumpUrl
        status
        option
      }
      fetchedAt
      stale
    }
  }
}`,
  wrap: (users, id) => ({ semester: { __typename: 'Semester', id, userStageTasks: users } }),
};

/** As a router sends it: a field of entities that another subgraph named. */
const ENTITIES: BenchDocument = {
  operationName: 'People__stageTasks__1',
  query: `query People__stageTasks__1($representations: [_Any!]!, $semesterId: ID!) {
  _entities(representations: $representations) {
    ... on User {
      stageTasks(semesterId: $semesterId) {
      ${TASKS}
      }
    }
  }
}`,
  variable: 'representations',
  nameUser: (id) => ({ __typename: 'User', id }),
  idOf: (name) => (name as { id: string }).id,
  wrap: (users) => ({ _entities: users }),
  usersIn: (data: { _entities: unknown[] }) => data._entities,
};

function usersOfPage(data: { semester: { userStageTasks: unknown[] } }): unknown[] {
  return data.semester.userStageTasks;
}

export const DOCUMENTS = { ONE_USER, PAGE, PAGE_WITH_IDS, ENTITIES };

export function documentOf(operationName: string): BenchDocument {
  const document = Object.values(DOCUMENTS).find((known) => known.operationName === operationName);
  if (!document) throw new Error(`operationName: expected one of the bench, got ${operationName}`);
  return document;
}

/** A request body that names these users. */
export function bodyOf(
  { operationName, query, variable, nameUser }: BenchDocument,
  semesterId: string,
  userIds: readonly string[],
): string {
  const names = userIds.map(nameUser);
  const named = variable === 'userId' ? names[0] : names;
  return JSON.stringify({ operationName, query, variables: { semesterId, [variable]: named } });
}
