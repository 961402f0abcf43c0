import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureColdPages, measureCrowds } from './http/cold';
import { HEADERS, type BenchGateway } from './http/gateway';
import { createGenerator, type Generator } from './http/generator';
import { topSelfTimes } from './http/profile';
import { startReference, type Reference } from './http/reference';
import {
  reportCrowds,
  reportMemory,
  reportPages,
  reportStarts,
  reportWorkload,
} from './http/report';
import { planRequests } from './http/request-plan';
import { measureStarts } from './http/start';
import { throughputPlot, type MeasuredWorkload } from './http/throughput-plot';
import { measureWorkload, type Effort } from './http/warm';
import { COLD_WORKLOADS, WORKLOADS, type Workload } from './http/workloads';
import { startWorld, type World } from './http/world';
import { writePlots } from '../plot/write-plots';

/**
 * Measures the time from the start to the first answer, the throughput of cached answers as a share of
 * `node:http`'s in the same run, and the time to load users that are not cached. Fails if a bound is missed. Arguments: `--quick` for one short round,
 * `--only <workload>`, `--profile <workload>` for the functions with the most self time in the gateway,
 * `--without-wrk` for the load generator of the bench, and `--plot <file.svg>` for a drawing of the shares.
 */
const EFFORT: Effort = { rounds: 3, seconds: 5, warmUpSeconds: 3 };
const QUICK: Effort = { rounds: 1, seconds: 2, warmUpSeconds: 1 };
const PROFILE_SECONDS = 10;

const { values: given } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    profile: { type: 'string' },
    plot: { type: 'string' },
    'without-wrk': { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  const profiled = given.profile === undefined ? undefined : workloadNamed(given.profile);
  const isChosen = (name: string) => given.only === undefined || given.only === name;
  const workloads = WORKLOADS.filter(({ name }) => isChosen(name));
  const coldWorkloads = COLD_WORKLOADS.filter(isChosen);
  if (workloads.length + coldWorkloads.length === 0) {
    throw unknownWorkload('--only', COLD_WORKLOADS);
  }
  const world = await startWorld();
  try {
    const generator = createGenerator(world.directory, !given['without-wrk']);
    if (profiled) await profileWorkload(profiled, world, generator);
    else await compare(world, generator, workloads, coldWorkloads);
  } finally {
    await world.close();
  }
}

async function compare(
  world: World,
  generator: Generator,
  workloads: readonly Workload[],
  coldWorkloads: readonly string[],
): Promise<void> {
  const missed: string[] = [];
  if (coldWorkloads.includes('start')) missed.push(...reportStarts(await measureStarts(world)));
  const references = await startReferences(world);
  const gateways = await startGateways(world);
  const contestants = [...references, ...gateways];
  const effort = given.quick ? QUICK : EFFORT;
  const parts = { world, references, contestants, generator, effort };
  const measured: MeasuredWorkload[] = [];
  for (const workload of workloads) {
    const results = await measureWorkload(workload, parts);
    measured.push({ workload: workload.name, results });
    missed.push(...reportWorkload(workload, results));
  }
  if (given.plot !== undefined) {
    const command = `npm run bench:http${given.quick ? ' -- --quick (a trial)' : ''}`;
    writePlots(given.plot, (language) => throughputPlot(measured, command, language));
  }
  if (coldWorkloads.includes('crowd')) {
    missed.push(...reportCrowds(await measureCrowds(world, gateways)));
  }
  if (coldWorkloads.includes('cold-page')) {
    const { directMs, pages } = await measureColdPages(world, gateways);
    missed.push(...reportPages(directMs, pages));
  }
  missed.push(...reportMemory(gateways));
  for (const line of missed) console.error(`missed: ${line}`);
  process.exitCode = missed.length > 0 ? 1 : 0;
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

/** Profiles one gateway under load, without references. */
async function profileWorkload(
  workload: Workload,
  world: World,
  generator: Generator,
): Promise<void> {
  const directory = join(world.directory, 'profile');
  const gateway = await world.startGateway({
    name: 'gateway',
    nodeArguments: ['--cpu-prof', '--cpu-prof-dir', directory],
  });
  const headers = HEADERS[workload.client];
  const plan = planRequests(workload, headers, world.semesterId, world.cachedUserIds);
  await generator.load(gateway.url, plan, EFFORT.warmUpSeconds);
  const fromUs = nowUs();
  await generator.load(gateway.url, plan, PROFILE_SECONDS);
  const toUs = nowUs();
  await gateway.stop();
  console.log(`${workload.name}: self time of ${PROFILE_SECONDS} s, without idle time`);
  for (const line of topSelfTimes(directory, fromUs, toUs)) console.log(line);
}

/** On the monotonic clock, which all processes share and V8's profiles use. */
const nowUs = () => Number(process.hrtime.bigint() / 1_000n);

function workloadNamed(name: string): Workload {
  const workload = WORKLOADS.find((known) => known.name === name);
  if (!workload) throw unknownWorkload('--profile');
  return workload;
}

function unknownWorkload(argument: string, more: readonly string[] = []): Error {
  const names = [...WORKLOADS.map(({ name }) => name), ...more];
  return new Error(`${argument}: expected one of ${names.join(', ')}, got another`);
}

void main();
