import { parseArgs } from 'node:util';
import { withMargin, type Quota } from '../../src/quota/pacing';
import { DEADLINE_MS } from '../../test/support/operation';
import { writePlots } from '../plot/write-plots';
import { quantile } from '../quantile';
import { COLUMNS, runColumn, runDataLoader } from './columns';
import { runGateway, type Outcome } from './run-gateway';
import { waitingPlot, type WaitingAtLoad } from './waiting-plot';
import { arrivalsOf, type Workload } from './workload';

/**
 * Measures waiting times by load: half an hour of requests, each for one user, the worst of five seeds. It
 * runs the gateway's own code on virtual time, with and without the margin for calls of different latency,
 * and compares it with three other pacing rules and with a DataLoader for each request. Fails if a bound is
 * missed or the quota is exceeded. `--plot <file.svg>` draws the waiting times.
 */
const QUOTA: Quota = { calls: 20, windowMs: 60_000 };
const SEEDS = [1, 2, 3, 4, 5];
/** The numbers of review cycles that are requested at the same time. */
const SCOPES = [1, 4, 8, 16];
/** The minimum share of users answered with up to 4 cycles: one in thousands arrives at a bad moment. */
const MIN_ANSWERED = 0.999;
/** All seats of a whole quota, and one user that is being refused. */
const MAX_WAITING_USERS = 1_001;

interface Bound {
  readonly quantile: 'p90' | 'p99';
  readonly maxSeconds: number;
}

const WORKLOADS: readonly (Workload & { readonly bound: Bound })[] = [
  { name: '5', requestsPerMinute: 5, bound: { quantile: 'p90', maxSeconds: 0.15 } },
  ...[20, 100, 300, 500, 800].map((requestsPerMinute) => ({
    name: String(requestsPerMinute),
    requestsPerMinute,
    bound: { quantile: 'p99', maxSeconds: 4.7 } as const,
  })),
  { name: '950', requestsPerMinute: 950, bound: { quantile: 'p99', maxSeconds: 6.5 } },
  {
    name: '100 + 200 at once',
    requestsPerMinute: 100,
    burst: 200,
    bound: { quantile: 'p99', maxSeconds: 4.7 },
  },
];

interface Quantiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

const { values: given } = parseArgs({ options: { plot: { type: 'string' } } });

async function main(): Promise<void> {
  const rows: Record<string, string>[] = [];
  const loads: WaitingAtLoad[] = [];
  let faults = 0;
  for (const workload of WORKLOADS) {
    const runs = SEEDS.map((seed) => arrivalsOf(workload, seed));
    const outcomes: Outcome[] = [];
    for (const arrivalsMs of runs) outcomes.push(await runGateway(QUOTA, arrivalsMs));
    const withMarginOutcomes: Outcome[] = [];
    for (const arrivalsMs of runs)
      withMarginOutcomes.push(await runGateway(withMargin(QUOTA), arrivalsMs));
    const ours = worst(outcomes.map((outcome) => quantilesOf(outcome.waitsMs)));
    faults += check(workload, ours, outcomes);
    const withItsMargin = worst(withMarginOutcomes.map((outcome) => quantilesOf(outcome.waitsMs)));
    const dataLoader = worst(
      runs.map((arrivalsMs) => quantilesOf(runDataLoader(QUOTA, arrivalsMs))),
    );
    if (workload.burst === undefined) {
      const { requestsPerMinute } = workload;
      loads.push({ requestsPerMinute, gateway: withItsMargin, dataLoader });
    }
    rows.push({
      'requests a minute': workload.name,
      ...Object.fromEntries(
        Object.entries(COLUMNS).map(([name, rule]) => {
          const full = name !== 'send at once';
          const waits = runs.map((arrivalsMs) => runColumn(QUOTA, arrivalsMs, rule, full));
          return [name, show(worst(waits.map(quantilesOf)))];
        }),
      ),
      'this gateway': show(ours),
      'with its margin': show(withItsMargin),
      'a DataLoader each': show(dataLoader),
    });
  }
  faults += await checkOverload();
  faults += await compareScopes();
  console.log('waiting time in seconds, p50 / p90 / p99, worst of five seeds');
  console.table(rows);
  if (given.plot !== undefined) {
    writePlots(given.plot, (language) => waitingPlot(loads, language));
  }
  process.exitCode = faults > 0 ? 1 : 0;
}

function check(
  { name, bound }: (typeof WORKLOADS)[number],
  ours: Quantiles,
  outcomes: readonly Outcome[],
): number {
  const faults: string[] = [];
  const seconds = ours[bound.quantile];
  if (seconds > bound.maxSeconds) {
    faults.push(`${bound.quantile} is ${seconds.toFixed(2)} s, the bound is ${bound.maxSeconds} s`);
  }
  const most = Math.max(...outcomes.map(({ callTimesMs }) => maxCallsInAWindow(callTimesMs)));
  if (most > QUOTA.calls) faults.push(`${most} calls in one window, the quota is ${QUOTA.calls}`);
  const refused = outcomes.reduce((sum, outcome) => sum + outcome.refusalDelaysMs.length, 0);
  if (refused > 0) faults.push(`${refused} requests were refused`);
  for (const fault of faults) console.error(`at ${name} a minute: ${fault}`);
  return faults.length;
}

/**
 * Sends five times the load that the quota permits for two minutes: no answer is late, refusals are
 * immediate.
 */
async function checkOverload(): Promise<number> {
  const overload = { name: '5000', requestsPerMinute: 5_000, minutes: 2 };
  const faults: string[] = [];
  for (const seed of SEEDS) {
    const outcome = await runGateway(withMargin(QUOTA), arrivalsOf(overload, seed));
    const { waitsMs, refusalDelaysMs, callTimesMs, maxWaiting } = outcome;
    const latestMs = Math.max(...waitsMs);
    const slowestRefusalMs = Math.max(...refusalDelaysMs);
    if (latestMs > DEADLINE_MS) faults.push(`an answer after ${latestMs} ms`);
    if (slowestRefusalMs > 50) faults.push(`a refusal after ${slowestRefusalMs} ms`);
    if (maxCallsInAWindow(callTimesMs) > QUOTA.calls) faults.push('more calls than the quota');
    if (maxWaiting > MAX_WAITING_USERS) faults.push(`${maxWaiting} users waiting`);
    console.log(
      `overload, seed ${seed}: ${waitsMs.length} answered, the last after ${(latestMs / 1_000).toFixed(1)} s; ` +
        `${refusalDelaysMs.length} refused, each within ${slowestRefusalMs.toFixed(0)} ms; ` +
        `at most ${maxWaiting} waiting; ${callTimesMs.length} calls`,
    );
  }
  for (const fault of faults) console.error(`at five times the load: ${fault}`);
  return faults.length;
}

/**
 * Requests many review cycles at once, with the margin. Cycles cannot share a call, so each cycle gets a
 * call every 3 s × cycles. Up to 4 cycles meet nearly every deadline. With 8 and more, some users must miss
 * it in any order of calls.
 */
async function compareScopes(): Promise<number> {
  const faults: string[] = [];
  const rows: Record<string, string>[] = [];
  for (const requestsPerMinute of [20, 100, 300, 500]) {
    const name = String(requestsPerMinute);
    const row: Record<string, string> = { 'requests a minute': name };
    for (const scopes of SCOPES) {
      const outcomes: Outcome[] = [];
      for (const seed of SEEDS) {
        const arrivalsMs = arrivalsOf({ name, requestsPerMinute }, seed);
        outcomes.push(await runGateway(withMargin(QUOTA), arrivalsMs, scopes));
      }
      const answered = outcomes.flatMap(({ waitsMs }) => waitsMs);
      const refused = outcomes.flatMap(({ refusalDelaysMs }) => refusalDelaysMs);
      const share = answered.length / (answered.length + refused.length);
      const waits = show(worst(outcomes.map(({ waitsMs }) => quantilesOf(waitsMs))));
      row[`${scopes} cycles`] = `${waits}, ${(share * 100).toFixed(0)} % answered`;
      const latestMs = Math.max(0, ...refused);
      if (latestMs > 50) faults.push(`${name}, ${scopes} cycles: a refusal after ${latestMs} ms`);
      if (scopes <= 4 && share < MIN_ANSWERED) {
        faults.push(`${name}, ${scopes} cycles: ${refused.length} refused`);
      }
      if (outcomes.some(({ callTimesMs }) => maxCallsInAWindow(callTimesMs) > QUOTA.calls)) {
        faults.push(`${name}, ${scopes} cycles: more calls than the quota`);
      }
    }
    rows.push(row);
  }
  console.log('many review cycles at once, with the margin: p50 / p90 / p99 in seconds');
  console.table(rows);
  for (const fault of faults) console.error(`at ${fault}`);
  return faults.length;
}

function maxCallsInAWindow(callTimesMs: readonly number[]): number {
  const inWindow = callTimesMs.map(
    (endMs) => callTimesMs.filter((ms) => ms > endMs - QUOTA.windowMs && ms <= endMs).length,
  );
  return Math.max(0, ...inWindow);
}

function quantilesOf(waitsMs: readonly number[]): Quantiles {
  const at = (share: number) => quantile(waitsMs, share) / 1_000;
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}

function worst(all: readonly Quantiles[]): Quantiles {
  const max = (pick: (quantiles: Quantiles) => number) => Math.max(...all.map(pick));
  return { p50: max((q) => q.p50), p90: max((q) => q.p90), p99: max((q) => q.p99) };
}

function show({ p50, p90, p99 }: Quantiles): string {
  return [p50, p90, p99].map((seconds) => seconds.toFixed(2)).join(' / ');
}

void main();
