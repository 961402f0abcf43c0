import { GraphQLClient } from 'graphql-request';
import { schema } from '../../packages/client/src/urql-schema';
import { startGateway, type TestGateway } from '../support/gateway';
import { participantsOf } from '../support/participants';
import { createApolloPage, createUrqlPage, type OpenPage } from './clients';

const UNKNOWN = 'ou_ffffffffffffffffffffffffffffffff';
const OF_SEMESTER = `query ($ids: [ID!]!, $semesterId: ID!) {
  semester(id: $semesterId) { id userStageTasks(userIds: $ids) { id user { id idType } } }
}`;
const OF_USERS = `query ($ids: [ID!]!, $semesterId: ID!) {
  users(ids: $ids) { id idType stageTasks(semesterId: $semesterId) { id user { id idType } } }
}`;

let gateway: TestGateway;
let ids: (string | undefined)[];
beforeAll(async () => {
  gateway = await startGateway({ emulator: { unknownUsers: 'refused' } });
  const [first, second] = participantsOf(gateway);
  ids = [first?.openId, UNKNOWN, second?.openId];
});
afterAll(() => gateway.close());

/** What a page shows of three users, the second of whom fails. */
async function show(open: OpenPage, query: string) {
  const page = open(gateway.url);
  const shown = page.mount(query, { ids, semesterId: gateway.semesterId });
  expect(await page.requests()).toBe(1);
  page.close();
  expect(shown().errorCodes).toEqual(['UPSTREAM_REJECTED']);
  return shown().data;
}

const tasksOfTheOthers = () => [{ user: { id: ids[0] } }, null, { user: { id: ids[2] } }];

describe.each<[string, OpenPage]>([
  ['Apollo Client with errorPolicy "all"', (url) => createApolloPage(url, 'all')],
  ['urql with the schema', (url) => createUrqlPage(url, schema)],
])('%s shows the others where one user fails, and the error', (_, open) => {
  test('in a list of tasks', async () => {
    expect(await show(open, OF_SEMESTER)).toMatchObject({
      semester: { userStageTasks: tasksOfTheOthers() },
    });
  });

  test('in a list of users', async () => {
    expect(await show(open, OF_USERS)).toMatchObject({
      users: tasksOfTheOthers().map((stageTasks) => ({ stageTasks })),
    });
  });
});

test('Apollo Client shows only the error unless errorPolicy says otherwise', async () => {
  expect(await show((url) => createApolloPage(url), OF_USERS)).toBeUndefined();
});

test('urql without the schema gives up a list in which one user fails', async () => {
  expect(await show((url) => createUrqlPage(url), OF_SEMESTER)).toBeNull();
  expect(await show((url) => createUrqlPage(url), OF_USERS)).toMatchObject({
    users: tasksOfTheOthers().map((stageTasks) => ({ stageTasks })),
  });
});

describe('graphql-request', () => {
  const ask = (options: ConstructorParameters<typeof GraphQLClient>[1]) =>
    new GraphQLClient(`${gateway.url}/graphql`, options).request(OF_SEMESTER, {
      ids,
      semesterId: gateway.semesterId,
    });

  test('throws by default', async () => {
    await expect(ask({})).rejects.toMatchObject({
      response: { errors: [{ extensions: { code: 'UPSTREAM_REJECTED' } }] },
    });
  });

  test('returns the others with errorPolicy "all"', async () => {
    expect(await ask({ errorPolicy: 'all' })).toMatchObject({
      semester: { userStageTasks: tasksOfTheOthers() },
    });
  });
});
