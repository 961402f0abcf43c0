import { composeServices } from '@apollo/composition';
import { Kind, parse } from 'graphql';
import { loadConfig } from '../../src/config';
import { VARIABLES } from '../../src/config.variables';
import { systemClock } from '../../src/system-clock';
import { ROUTER_SECRET } from '../support/clients';
import { runInShell, type StartedProgram } from '../support/doc-shell';
import { startGateway, type TestGateway } from '../support/gateway';
import { startMcpGateway } from '../support/mcp';
import { blocksOf, fileExists, PAGES, read, type CodeBlock } from '../support/pages';

/** Why a block may stay unrun: `skip="…"` behind its language. */
const REASONS_TO_SKIP = ['creates an app in another folder'];

/** The pages show answers of this day. */
const TODAY_MS = Date.parse('2026-11-23T09:00:00Z');
/** Where the pages find the gateway. */
const WRITTEN_URL = 'http://127.0.0.1:4000';
/** The person that the pages sign in as. */
const PERSON = 'ou_fb6e70e740ef83271d8518c03fdba9fb';

interface Example {
  readonly name: string;
  readonly block: CodeBlock;
  readonly info: Readonly<Record<string, string>>;
  /** The blocks of JSON that follow at once: the variables of a query, and its answer. */
  readonly variables: string | undefined;
  readonly answer: string | undefined;
}

const examples = PAGES.flatMap((page) => examplesOf(blocksOf(page)));
const run = examples.filter(({ info }) => info['skip'] === undefined);
const inLanguage = (...languages: string[]) =>
  run.filter(({ block }) => languages.includes(block.language));

let gateway: TestGateway;
/** The gateway of blocks that send requests to `/mcp`. */
let withTools: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({
    emulator: { now: () => TODAY_MS },
    clock: { ...systemClock, unixMs: () => TODAY_MS },
    env: { AUTH_ROUTER_SECRET: ROUTER_SECRET, AUTH_ROUTER_REPORTS_HEADER: 'x-user-reports' },
  });
  withTools = await startMcpGateway();
});
afterAll(async () => {
  await gateway.close();
  await withTools.close();
});

test('Every block has a language that a test runs, or a reason why not', () => {
  const known = ['sh', 'graphql', 'json', 'ts', 'tsx', 'mermaid'];
  const faults = examples.filter(
    ({ block, info }) =>
      !known.includes(block.language) ||
      (info['skip'] !== undefined && !REASONS_TO_SKIP.includes(info['skip'])),
  );

  expect(examples.length).toBeGreaterThan(30);
  expect(faults.map(({ name }) => name)).toEqual([]);
});

// Those of a project are run there.
const queries = inLanguage('graphql').filter(
  ({ block, info }) => isQuery(block.code) && info['file'] === undefined,
);
const subgraphs = inLanguage('graphql').filter(({ block }) => !isQuery(block.code));

test.each(queries)(
  '$name gets the answer of the page',
  async ({ block, info, variables, answer }) => {
    const headers: Record<string, string> =
      info['as'] === 'person' ? { 'x-router-secret': ROUTER_SECRET, 'x-user-id': PERSON } : {};
    const { data, codes } = await gateway.query(
      block.code,
      JSON.parse(variables ?? '{}') as object,
      headers,
    );

    expect(codes).toEqual(info['error'] === undefined ? [] : [info['error']]);
    if (answer !== undefined) expect({ data }).toEqual(JSON.parse(answer));
  },
);

test.each(subgraphs)('$name composes with the gateway', async ({ block }) => {
  const key = /\w+(?=: ID! # .*FEDERATION_USER_KEY)/.exec(block.code)?.[0] ?? '';
  const own = await startGateway({ env: { FEDERATION_USER_KEY: key } });
  const { data } = await own.query<{ _service: { sdl: string } }, object>(
    '{ _service { sdl } }',
    {},
  );
  await own.close();
  const link =
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])';
  const { errors } = composeServices([
    { name: 'tasks', url: 'http://tasks', typeDefs: parse(data?._service.sdl ?? '') },
    { name: 'company', url: 'http://company', typeDefs: parse(`${link}\n${block.code}`) },
  ]);

  expect(errors ?? []).toEqual([]);
});

test.each(inLanguage('sh'))('$name runs', async ({ block, answer }) => {
  const isOfTools = block.code.includes(`${WRITTEN_URL}/mcp`);
  const { url } = isOfTools ? withTools : gateway;
  const code = block.code.replaceAll(WRITTEN_URL, url);
  const { exitCode, stdout, stderr, started } = await runInShell(code);

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  for (const program of started) expectCanStart(program);
  if (isOfTools) expect(stdout).toContain('"tools":[{"name":');
  if (block.code.includes('/graphql/stream')) expect(stdout).toContain('event: next\ndata: {');
  else if (/curl[^]*\/graphql/.test(block.code)) {
    const { extensions, ...response } = JSON.parse(stdout) as Record<string, unknown>;
    expect(extensions).toBeDefined();
    if (answer === undefined) expect(response['errors']).toBeUndefined();
    else expect(response).toEqual(JSON.parse(answer));
  }
});

test.each(inLanguage('json'))('$name is JSON', ({ block }) => {
  expect(() => JSON.parse(block.code) as unknown).not.toThrow();
});

test('Every block of TypeScript belongs to a project that test/clients compiles', () => {
  const loose = inLanguage('ts', 'tsx').filter(({ info }) => info['file'] === undefined);

  expect(loose.map(({ name }) => name)).toEqual([]);
});

/** A start of the gateway has to find its settings in order; other commands have to exist. */
function expectCanStart({ program, args, env }: StartedProgram): void {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const [command = '', script = ''] = args;
  if (program === 'npm' && command === 'run') expect(Object.keys(scripts)).toContain(script);
  if (program === 'npm' && command === 'test') expect(scripts['test']).toBeDefined();
  const startsFile = program === 'gateway';
  if (startsFile) {
    const source = command.replace(/^dist(.*)\.js$/, 'src$1.ts');
    expect({ source, exists: fileExists(source) }).toEqual({ source, exists: true });
  }
  if (command !== 'start' && !startsFile) return;
  const settings = Object.keys(VARIABLES.shape).flatMap((name) =>
    env[name] === undefined ? [] : [[name, env[name]] as const],
  );
  expect(() => loadConfig(Object.fromEntries(settings))).not.toThrow();
}

function examplesOf(blocks: readonly CodeBlock[]): Example[] {
  return blocks.map((block, i) => {
    const following = blocks.slice(i + 1, i + 3);
    const [next] = following;
    const variables = next?.info === 'variables' ? next.code : undefined;
    const last = variables === undefined ? next : following[1];
    return {
      name: `${block.page}:${block.line} (${block.language})`,
      block,
      info: infoOf(block),
      variables,
      answer: last?.language === 'json' && last.info === '' ? last.code : undefined,
    };
  });
}

function infoOf({ info }: CodeBlock): Record<string, string> {
  const pairs = [...info.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g)];
  return Object.fromEntries(
    pairs.map(([, key = '', quoted, plain = '']) => [key, quoted ?? plain]),
  );
}

function isQuery(code: string): boolean {
  return parse(code).definitions.some(({ kind }) => kind === Kind.OPERATION_DEFINITION);
}
