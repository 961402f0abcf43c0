import { startGateway, type TestGateway } from '../support/gateway';
import { participantsOf } from '../support/participants';
import { OPEN_PAGE } from './clients';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const semester = (selection: string) =>
  `query ($semesterId: ID!) { semester(id: $semesterId) { id name { ${selection} } } }`;
const tasks = (selection: string) => `query ($id: ID!, $semesterId: ID!) {
  user(id: $id) { id idType stageTasks(semesterId: $semesterId) { id ${selection} } }
}`;
const summary = (selection: string) => `query ($id: ID!, $semesterId: ID!) {
  semester(id: $semesterId) { id summary(userIds: [$id]) { ${selection} } }
}`;
const quota = (selection: string) => `{ upstreamQuota { ${selection} } }`;

/** Both clients warn of data that they cannot keep. */
let warnings: unknown[];
beforeEach(() => {
  warnings = [];
  for (const method of ['warn', 'error'] as const) {
    jest.spyOn(console, method).mockImplementation((...words: unknown[]) => warnings.push(words));
  }
});
afterEach(() => {
  jest.restoreAllMocks();
  expect(warnings).toEqual([]);
});

describe.each(OPEN_PAGE)('On a page with %s, one request each is enough', (_, open) => {
  test.each([
    ['two languages of a text', semester('zhCN'), semester('enUS')],
    ['a text by its argument', semester('text(locale: ZH_CN)'), semester('text(locale: EN_US)')],
    [
      'two languages of a name of a task',
      tasks('stageTasks { id name { zhCN } }'),
      tasks('stageTasks { id name { enUS } }'),
    ],
    ['options and counts', tasks('counts { option }'), tasks('counts { count }')],
    [
      'counts, and their numbers alone',
      tasks('counts { option count }'),
      tasks('counts { count }'),
    ],
    [
      'counts, and their options alone',
      tasks('counts { option count }'),
      tasks('counts { option }'),
    ],
    ['two parts of a summary', summary('todo'), summary('done users')],
    ['two parts of the quota', quota('callsLeft'), quota('callsPerMinute')],
  ])('for two queries that select %s', async (_title, one, other) => {
    const page = open(gateway.url);
    const variables = {
      id: participantsOf(gateway)[0]?.openId,
      semesterId: gateway.semesterId,
    };
    const answers = [await gateway.query(one, variables), await gateway.query(other, variables)];
    const mounted = [page.mount(one, variables), page.mount(other, variables)];
    const requests = await page.requests();
    const shown = mounted.map((current) => current());
    page.close();

    expect(requests).toBe(2);
    expect(shown).toMatchObject(answers.map(({ data }) => ({ data, error: undefined })));
  });
});
