import { ClientProject } from '../support/client-project';
import { startGateway, type TestGateway } from '../support/gateway';

let gateway: TestGateway;
let project: ClientProject;
beforeAll(async () => {
  project = await ClientProject.create('docs/subscriptions.md');
  gateway = await startGateway();
}, 120_000);
afterAll(async () => {
  await gateway.close();
  project.remove();
});

test('The code of the page compiles in a strict project', async () => {
  expect(await project.compile('bundler')).toBe('');
}, 60_000);

/** Prints what a client gets first. */
const SCRIPTS: readonly (readonly [name: string, script: (args: string) => string])[] = [
  [
    'Apollo Client',
    (args) => `
  import { changes } from '#/apollo-changes.js';
  changes(${args}).subscribe(({ data }) => { console.log(JSON.stringify(data)); process.exit(); });`,
  ],
  [
    'urql',
    (args) => `
  import { changes } from '#/urql-changes.js';
  changes(${args}).subscribe(({ data }) => { console.log(JSON.stringify(data)); process.exit(); });`,
  ],
];

test.each(SCRIPTS)('%s reads the stream', async (_, script) => {
  const { openId } = gateway.person(0);
  const args = `${JSON.stringify(gateway.semesterId)}, ${JSON.stringify([openId])}`;

  expect(await project.run(gateway.url, script(args))).toMatchObject({
    userStageTasksChanged: { user: { id: openId }, counts: expect.any(Array) },
  });
});
