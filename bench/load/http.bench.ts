import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureColdPages, measureCrowds } from './http/cold';
import { HEADERS, type BenchGateway } from './http/gateway';
import { createGenerator, type Generator } from './http/generator';
import { topSelfTimes } from './http/profile';
import { startReference, type Reference } from './http/reference';
import { reportCrowds, reportMemory, reportPages, reportWork } from './http/report';
import { CONNECTIONS, planRequests } from './http/request-plan';
import { measureWork, type Effort } from './http/warm';
import { COLD_WORKS, WORKS, type Work } from './http/works';
import { startWorld, type World } from './http/world';

/**
 * What answers from memory cost, as a share of what node:http can do in the same run, and what users cost
 * that are not remembered. Fails when a bound is missed. Arguments: `--quick` for one short round,
 * `--only <work>`, `--profile <work>` for the functions that the gateway spends its time in, and
 * `--without-wrk` for the load generator of machines that have no `wrk`.
 */
const EFFORT: Effort = { rounds: 3, seconds: 5, warmUpSeconds: 3 };
const QUICK: Effort = { rounds: 1, seconds: 2, warmUpSeconds: 1 };
const PROFILE_SECONDS = 10;

const { values: given } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    profile: { type: 'string' },
    'without-wrk': { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  const profiled = given.profile === undefined ? undefined : workNamed(given.profile);
  const isChosen = (name: string) => given.only === undefined || given.only === name;
  const works = WORKS.filter(({ name }) => isChosen(name));
  const coldWorks = COLD_WORKS.filter(isChosen);
  if (works.length + coldWorks.length === 0) throw unknownWork('--only', COLD_WORKS);
  const world = await startWorld();
  try {
    const generate = createGenerator(world.directory, !given['without-wrk']);
    if (profiled) await profileWork(profiled, world, generate);
    else await compare(world, generate, works, coldWorks);
  } finally {
    await world.close();
  }
}

async function compare(
  world: World,
  generate: Generator,
  works: readonly Work[],
  coldWorks: readonly string[],
): Promise<void> {
  const references = await startReferences(world);
  const gateways = await startGateways(world);
  const contestants = [...references, ...gateways];
  const effort = given.quick ? QUICK : EFFORT;
  const missed: string[] = [];
  for (const [done, work] of works.entries()) {
    const parts = { world, references, contestants, generate, effort };
    missed.push(...reportWork(work, await measureWork(work, parts)));
    await requireNoErrors(gateways, (done + 1) * (1 + effort.rounds));
  }
  if (coldWorks.includes('crowd')) {
    missed.push(...reportCrowds(await measureCrowds(world, gateways)));
  }
  if (coldWorks.includes('cold-page')) {
    const { byHandMs, pages } = await measureColdPages(world, gateways);
    missed.push(...reportPages(byHandMs, pages));
  }
  missed.push(...reportMemory(gateways));
  for (const line of missed) console.error(`missed: ${line}`);
  process.exitCode = missed.length > 0 ? 1 : 0;
}

/**
 * Errors of GraphQL have the status 200, so that no load generator sees them. At its end it hangs up on one
 * operation of each connection, which then fails.
 */
async function requireNoErrors(gateways: readonly BenchGateway[], loads: number): Promise<void> {
  const most = loads * CONNECTIONS;
  for (const gateway of gateways) {
    const failed = await gateway.failedOperations();
    if (failed <= most) continue;
    throw new Error(`${gateway.name}: expected at most ${most} failed operations, got ${failed}`);
  }
}

async function startReferences(world: World): Promise<Reference[]> {
  const references: Reference[] = [];
  for (const kind of ['raw', 'apollo'] as const) {
    const reference = await startReference(kind);
    world.onClose(() => {
      reference.kill();
    });
    references.push(reference);
  }
  return references;
}

async function startGateways(world: World): Promise<BenchGateway[]> {
  const alone = await world.startGateway({ name: 'gateway' });
  const redisUrl = await world.startRedis();
  if (redisUrl) return [alone, await world.startGateway({ name: 'gateway with Redis', redisUrl })];
  console.log('without redis-server: no gateway with Redis');
  return [alone];
}

/** The gateway alone, profiled while it is loaded. */
async function profileWork(work: Work, world: World, generate: Generator): Promise<void> {
  const directory = join(world.directory, 'profile');
  const gateway = await world.startGateway({
    name: 'gateway',
    nodeArguments: ['--cpu-prof', '--cpu-prof-dir', directory],
  });
  const plan = planRequests(work, HEADERS[work.sender], world.semesterId, world.hotUserIds);
  await generate(gateway.url, plan, EFFORT.warmUpSeconds);
  const fromUs = nowUs();
  await generate(gateway.url, plan, PROFILE_SECONDS);
  const toUs = nowUs();
  await gateway.stop();
  console.log(`${work.name}: self time of ${PROFILE_SECONDS} s, without idle time`);
  for (const line of topSelfTimes(directory, fromUs, toUs)) console.log(line);
}

/** Of the monotonic clock, which all processes share, and V8's profiles use. */
const nowUs = () => Number(process.hrtime.bigint() / 1_000n);

function workNamed(name: string): Work {
  const work = WORKS.find((one) => one.name === name);
  if (!work) throw unknownWork('--profile');
  return work;
}

function unknownWork(argument: string, more: readonly string[] = []): Error {
  const names = [...WORKS.map(({ name }) => name), ...more];
  return new Error(`${argument}: expected one of ${names.join(', ')}, got another`);
}

void main();
