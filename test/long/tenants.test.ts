import { createTenantsWorld, type TenantFate } from '../support/tenants-world';

const TENANTS = 200;
const MINUTES = 3;
const EVERY_MS = 10_000;
const BAD = 'tenant-0';
const key = (i: number) => `tenant-${i}`;

let without: Awaited<ReturnType<typeof run>>;
beforeAll(async () => {
  without = await run({}, false);
}, 60_000);
afterAll(() => without.close());

interface Misbehaviour {
  readonly fate?: TenantFate;
  /** Operations in a second, each for 20 new users. */
  readonly operationsPerSecond?: number;
}

/** 199 tenants read three people every 10 s, with one that misbehaves or without it. */
async function run({ fate = {}, operationsPerSecond = 1 }: Misbehaviour = {}, isBadThere = true) {
  const world = createTenantsWorld((tenantKey) => (tenantKey === BAD ? fate : {}));
  const { clock, read } = world;
  const latenciesMs: number[] = [];
  let wrong = 0;
  const visit = async (tenantKey: string, nth: number) => {
    const startedAtMs = clock.now();
    const users = [0, 1, 2].map((i) => `user ${(nth * 2 + i) % 40}`);
    const answers = await read(tenantKey, users);
    latenciesMs.push(clock.now() - startedAtMs);
    wrong += answers.filter((answer) => answer !== tenantKey).length;
  };
  for (let i = 1; i < TENANTS; i += 1) {
    for (let nth = 0; nth * EVERY_MS < MINUTES * 60_000; nth += 1) {
      clock.at(nth * EVERY_MS + i * 37, () => void visit(key(i), nth));
    }
  }
  for (let nth = 0; isBadThere && nth < MINUTES * 60 * operationsPerSecond; nth += 1) {
    const users = Array.from({ length: 20 }, (_, i) => `user ${nth * 20 + i}`);
    clock.at((nth * 1_000) / operationsPerSecond, () => void read(BAD, users));
  }
  await clock.run();
  const sorted = latenciesMs.sort((a, b) => a - b);
  return {
    ...world,
    wrong,
    operations: sorted.length,
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
  };
}

test.each<[string, Misbehaviour]>([
  ['is over its quota', { fate: { code: 99991400 }, operationsPerSecond: 5 }],
  ['is slow', { fate: { latencyMs: 14_000 }, operationsPerSecond: 5 }],
  ['has uninstalled the app', { fate: { code: 99991673 }, operationsPerSecond: 5 }],
  ['floods the gateway', { operationsPerSecond: 20 }],
])(
  '199 companies do not notice that one %s',
  async (_, misbehaviour) => {
    const without = await run({}, false);
    const withIt = await run(misbehaviour);
    expect(withIt.operations).toBe((TENANTS - 1) * MINUTES * 6);
    expect(withIt).toMatchObject({ wrong: 0, operations: without.operations });
    expect(without.p99).toBeGreaterThan(0);
    expect(withIt.p99).toBeLessThanOrEqual(without.p99 * 1.1);
    const callsOfOthers = ({ calls }: typeof without) =>
      calls.filter(({ tenantKey }) => tenantKey !== BAD);
    expect(callsOfOthers(withIt)).toHaveLength(callsOfOthers(without).length);
    await withIt.close();
  },
  60_000,
);

test('A company without the app costs one call a minute, however often it asks', async () => {
  const { calls, close } = await run({ fate: { code: 99991673 }, operationsPerSecond: 5 });
  expect(calls.filter(({ tenantKey }) => tenantKey === BAD).length).toBeLessThanOrEqual(MINUTES);
  await close();
}, 60_000);

test('The same user ID in two companies is two people, in one moment and in memory', async () => {
  const { clock, calls, read, close } = createTenantsWorld();
  const users = ['anna', 'bela'];
  for (const source of ['Feishu', 'memory']) {
    const answers = ['acme', 'globex'].map(
      (tenantKey) =>
        new Promise((resolve) => {
          clock.at(clock.now(), () => void read(tenantKey, users).then(resolve));
        }),
    );
    await clock.run();
    expect({ source, answers: await Promise.all(answers) }).toEqual({
      source,
      answers: [
        ['acme', 'acme'],
        ['globex', 'globex'],
      ],
    });
  }
  expect(calls).toEqual([
    { tenantKey: 'acme', userIds: users },
    { tenantKey: 'globex', userIds: users },
  ]);
  await close();
});

test('Idle companies are forgotten, but none before the window of its quota has passed', async () => {
  const { clock, read, tenants, close } = createTenantsWorld();
  for (let i = 0; i < TENANTS; i += 1) clock.at(i, () => void read(key(i), ['anna']));
  await clock.run();
  expect(await tenants()).toBe(TENANTS);
  clock.at(clock.now() + 60_000, () => void read('late', ['anna']));
  await clock.run();
  expect(await tenants()).toBe(TENANTS + 1);
  clock.at(clock.now() + 10 * 60_000, () => void read('last', ['anna']));
  await clock.run();
  expect(await tenants()).toBe(1);
  await close();
});
