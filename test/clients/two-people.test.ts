import { startGateway, type TestGateway } from '../support/gateway';
import { participantsOf } from '../support/participants';
import { OPEN_PAGE, type Page } from './clients';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

describe.each(OPEN_PAGE)('In the cache of %s', (_, open) => {
  let page: Page;
  beforeEach(() => {
    page = open(gateway.url);
  });
  afterEach(() => {
    page.close();
  });

  test('the same text under two ID types is two people', async () => {
    const shown = page.mount(
      `query ($id: ID!, $semesterId: ID!) {
        employee: user(id: $id, idType: USER_ID) {
          id idType stageTasks(semesterId: $semesterId) { id user { id idType } }
        }
        other: user(id: $id, idType: PEOPLE_ADMIN_ID) {
          id idType stageTasks(semesterId: $semesterId) { id user { id idType } }
        }
      }`,
      { id: participantsOf(gateway)[0]?.userId, semesterId: gateway.semesterId },
    );

    expect(await page.requests()).toBe(1);
    expect(shown().error).toBeUndefined();
    expect(shown().data).toMatchObject({
      employee: { idType: 'USER_ID', stageTasks: { user: { idType: 'USER_ID' } } },
      other: { idType: 'PEOPLE_ADMIN_ID', stageTasks: null },
    });
  });

  test('they are two people also where idType is not selected', async () => {
    const variables = {
      id: participantsOf(gateway)[0]?.userId,
      semesterId: gateway.semesterId,
    };
    const userOf = (idType: string) => `query ($id: ID!, $semesterId: ID!) {
      user(id: $id, idType: ${idType}) { id stageTasks(semesterId: $semesterId) { id } }
    }`;
    const employee = page.mount(userOf('USER_ID'), variables);
    const other = page.mount(userOf('PEOPLE_ADMIN_ID'), variables);

    expect(await page.requests()).toBe(2);
    expect([employee().error, other().error]).toEqual([undefined, undefined]);
    expect(employee().data).toMatchObject({ user: { stageTasks: { id: expect.any(String) } } });
    expect(other().data).toMatchObject({ user: { stageTasks: null } });
  });

  test('two filters on the same user are two views', async () => {
    const tasksOf = (filter: string) => `query ($id: ID!, $semesterId: ID!) {
      user(id: $id) {
        id idType stageTasks(semesterId: $semesterId${filter}) { id stageTasks { id option } }
      }
    }`;
    const variables = { id: personWithMixedTasks(), semesterId: gateway.semesterId };
    const all = page.mount(tasksOf(''), variables);
    const toDo = page.mount(tasksOf(', filter: { options: [TODO] }'), variables);
    const done = page.mount(tasksOf(', filter: { options: [DONE] }'), variables);

    expect(await page.requests()).toBe(3);
    expect(new Set(optionsIn(toDo().data))).toEqual(new Set(['TODO']));
    expect(new Set(optionsIn(done().data))).toEqual(new Set(['DONE']));
    expect(optionsIn(all().data).sort()).toEqual(
      expect.arrayContaining([...optionsIn(done().data), ...optionsIn(toDo().data)]),
    );
  });

  test('two cycles of the same user are two views', async () => {
    const semesterIds = gateway.emulator.semesters.slice(-2).map(({ id }) => id);
    const id = participantsOf(gateway, semesterIds)[0]?.openId;
    const shown = semesterIds.map((semesterId) =>
      page.mount(
        `query ($id: ID!, $semesterId: ID!) {
          user(id: $id) {
            id idType stageTasks(semesterId: $semesterId) { id semester { id name { zhCN } } }
          }
        }`,
        { id, semesterId },
      ),
    );

    expect(await page.requests()).toBe(2);
    for (const [index, semesterId] of semesterIds.entries()) {
      expect(shown[index]?.().data).toMatchObject({
        user: { stageTasks: { semester: { id: semesterId } } },
      });
    }
  });
});

describe.each(OPEN_PAGE)('%s, where a supergraph names people otherwise', (_, open) => {
  test('shows each their own tasks', async () => {
    const subgraph = await startGateway({ env: { FEDERATION_USER_KEY: 'openId' } });
    const ids = participantsOf(subgraph)
      .slice(0, 3)
      .map(({ openId }) => openId);
    const page = open(subgraph.url);
    const shown = page.mount(
      `query ($ids: [ID!]!, $semesterId: ID!) {
        users(ids: $ids) {
          openId stageTasks(semesterId: $semesterId) { id user { openId } counts { option count } }
        }
      }`,
      { ids, semesterId: subgraph.semesterId },
    );

    expect(await page.requests()).toBe(1);
    expect(shown().data).toMatchObject({
      users: ids.map((openId) => ({ openId, stageTasks: { user: { openId } } })),
    });
    page.close();
    await subgraph.close();
  });
});

function personWithMixedTasks(): string | undefined {
  const { emulator, semesterId } = gateway;
  return participantsOf(gateway).find(({ openId }) => {
    const query = { semesterId, userIdType: 'open_id', userId: openId } as const;
    const tasks = emulator.expectedTasks(query)?.stage_task_info_lists ?? [];
    return new Set(tasks.map(({ task_option_id }) => task_option_id)).size > 1;
  })?.openId;
}

function optionsIn(data: unknown): string[] {
  const { user } = data as { user: { stageTasks: { stageTasks: { option: string }[] } } };
  return user.stageTasks.stageTasks.map(({ option }) => option);
}
