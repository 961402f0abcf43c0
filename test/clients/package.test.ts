import type { ToDoListQuery } from '../../packages/client/src/operations';
import { ClientProject, type Resolution } from '../support/client-project';
import { startGateway, type TestGateway } from '../support/gateway';
import { read } from '../support/pages';

const COMPILER = 'relay-compiler/cli.js';
const GENERATOR = '@graphql-codegen/cli/esm/bin.js';

/** The cycle and the person of the page. */
const CYCLE = '7406841555196582732';
const USER = 'ou_fb6e70e740ef83271d8518c03fdba9fb';

/** What an app must not be able to write. Each line fails if the types allow it. */
const WRONG = `
import { ToDoListDocument, TeamProgressDocument, documentIds, type ToDoListQuery } from 'stage-task-gateway-client';
import { ask } from './fetch.ts';
// @ts-expect-error a cycle's ID has more digits than a number holds
void ask(ToDoListDocument, { semesterId: 7406841555196582732, userId: 'u' });
// @ts-expect-error the user is missing
void ask(ToDoListDocument, { semesterId: '1' });
// @ts-expect-error no such language
void ask(ToDoListDocument, { semesterId: '1', userId: 'u', locale: 'DE_DE' });
// @ts-expect-error tasks can be unknown
export const length = (answer: ToDoListQuery): number => answer.user.stageTasks.stageTasks.length;
// @ts-expect-error the operation does not select it
export const mail = (answer: ToDoListQuery) => answer.user.mail;
// @ts-expect-error no such operation
export const id = documentIds.ToDoLists;
export const right = () => ask(TeamProgressDocument, { semesterId: '1', userIds: ['u'] });
`;

let open: TestGateway;
let listed: TestGateway;
let project: ClientProject;
beforeAll(async () => {
  project = await ClientProject.create('docs/clients.md');
  await project.npx(COMPILER);
  await project.npx(GENERATOR, '--config', 'codegen.ts');
  project.write('src/wrong.ts', WRONG);
  project.write(
    'src/legacy.cts',
    "import client = require('stage-task-gateway-client');\nvoid client.documentIds;\n",
  );
  const manifest = 'node_modules/stage-task-gateway-client/persisted-query-manifest.json';
  open = await startGateway();
  listed = await startGateway({ env: { PERSISTED_OPERATIONS: project.path(manifest) } });
}, 120_000);
afterAll(async () => {
  await open.close();
  await listed.close();
  project.remove();
});

test.each<Resolution>(['bundler', 'nodenext'])(
  'The code of the page compiles in a strict project with moduleResolution %s',
  async (resolution) => {
    expect(await project.compile(resolution)).toBe('');
  },
  60_000,
);

/** The tasks that the gateway answers to the ready operation; there are some. */
async function tasksOf(gateway: TestGateway) {
  const text = read('packages/client/operations/to-do-list.graphql');
  const variables = { semesterId: CYCLE, userId: USER, locale: 'EN_US' };
  const { data } = await gateway.query<ToDoListQuery, object>(text, variables);
  const tasks = data?.user.stageTasks?.stageTasks ?? [];
  expect(tasks.length).toBeGreaterThan(0);
  return tasks;
}

/** Scripts that print the answer of one client, or the error. `#/` is the code of the page. */
type Script = (cycle?: string, user?: string) => string;
const PRINT = `
  const print = (answer) =>
    answer.catch(({ message }) => ({ message })).then((got) => console.log(JSON.stringify(got)));
`;
const askWith =
  (file: string): Script =>
  (cycle = CYCLE, user = USER) => `${PRINT}
  import { toDoList } from '#/${file}.js';
  print(toDoList('${cycle}', '${user}'));
`;
const tanstack: Script = (cycle = CYCLE, user = USER) => `${PRINT}
  import { QueryClient } from '@tanstack/react-query';
  import { toDoListOptions } from '#/tanstack-query.js';
  const variables = { semesterId: '${cycle}', userId: '${user}', locale: 'EN_US' };
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const answer = client.fetchQuery(toDoListOptions(variables));
  print(answer.then(({ user }) => user.stageTasks?.stageTasks ?? null));
`;

const CLIENTS: readonly (readonly [name: string, script: Script])[] = [
  ['Apollo Client', askWith('apollo')],
  ['urql', askWith('urql')],
  ['TanStack Query and graphql-request', tanstack],
  ['Plain fetch', askWith('fetch')],
];

describe.each(CLIENTS)('%s', (_, script) => {
  test('asks a ready operation', async () => {
    expect(await project.run(open.url, script())).toEqual(await tasksOf(open));
  });

  test("asks it of a gateway that runs the operations of the package's manifest only", async () => {
    expect(await project.run(listed.url, script())).toEqual(await tasksOf(listed));
  });
});

/** As Relay's plugin for Babel does it: the artefact of the compiler in place of the text. */
function relayWithArtefact(): Readonly<Record<string, string>> {
  const artefact = "(await import('./__generated__/relayToDoListQuery.graphql.js')).default";
  const code = project.read('dist/relay.js').replace(/graphql `[^`]*`/, artefact);
  expect(code).toContain(artefact);
  return { 'relay.js': code };
}

/** Relay hides the server's messages. */
const UNKNOWN_CYCLE = /Feishu lists no review cycle|^Relay: Unexpected response payload/;

describe.each([...CLIENTS, ['Relay', askWith('relay')] as const])('%s', (name, script) => {
  const run = (cycle: string, user: string) =>
    project.run(open.url, script(cycle, user), name === 'Relay' ? relayWithArtefact() : {});

  test('shows no empty list for a person of whom Feishu has no data', async () => {
    expect(await run(CYCLE, `ou_${'f'.repeat(32)}`)).toBeNull();
  });

  test('throws the error of a person whose tasks are not known', async () => {
    const message = expect.stringMatching(UNKNOWN_CYCLE) as string;
    expect(await run('1', USER)).toEqual({ message });
  });
});

test('Relay asks an operation that its compiler has read', async () => {
  const answer = await project.run(open.url, askWith('relay')(), relayWithArtefact());

  const expected = await tasksOf(open);
  expect(answer).toMatchObject(expected.map(({ id, deadline }) => ({ id, deadline })));
});

test('A document ID stands for a ready operation', async () => {
  const script = `
    import { toDoListById } from '#/document-id.js';
    const variables = { semesterId: '${CYCLE}', userId: '${USER}', locale: 'EN_US' };
    console.log(JSON.stringify(await toDoListById(variables)));
  `;
  expect(await project.run(listed.url, script)).toEqual(await tasksOf(listed));
});

const RENDER = `
  import { createElement } from 'react';
  import { renderToString } from 'react-dom/server';
  const render = (...parts) => console.log(JSON.stringify(renderToString(createElement(...parts))));
`;

test.each([
  [
    'Apollo Client',
    `${RENDER}
    import { ApolloProvider } from '@apollo/client/react';
    import { App } from '#/App.js';
    import { OpenTasksDocument as query } from '#/operations.js';
    import { client } from '#/apollo.js';
    await client.query({ query, variables: { semesterId: '${CYCLE}', userId: '${USER}' } });
    render(ApolloProvider, { client }, createElement(App));`,
  ],
  [
    'TanStack Query',
    `${RENDER}
    import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
    import { ToDoList, toDoListOptions } from '#/tanstack-query.js';
    const variables = { semesterId: '${CYCLE}', userId: '${USER}', locale: 'EN_US' };
    const client = new QueryClient();
    await client.fetchQuery(toDoListOptions(variables));
    render(QueryClientProvider, { client }, createElement(ToDoList, variables));`,
  ],
])('The React component with %s shows the tasks', async (_, script) => {
  const html = (await project.run(open.url, script)) as string;

  expect(html).toMatch(/^<ul><li>/);
  for (const { name } of await tasksOf(open)) expect(html).toContain(name?.text);
});

test('CommonJS code may require the package', async () => {
  const names = ['', '/apollo', '/urql', '/urql-schema', '/relay'];
  const script = `
    import { createRequire } from 'node:module';
    const require = createRequire(process.cwd() + '/a.cjs');
    const load = (name) => Object.keys(require('stage-task-gateway-client' + name)).length > 0;
    console.log(JSON.stringify(${JSON.stringify(names)}.filter(load)));
  `;
  expect(await project.run(open.url, script)).toEqual(names);
});
