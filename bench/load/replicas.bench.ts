import {
  flapRedis,
  flushRedis,
  killRedis,
  restartReplicas,
  stopRedis,
} from '../../test/support/disturbances';
import { spendQuota, type Spending, type SpendingOptions } from '../../test/support/spend-quota';

/**
 * Four gateways as processes of their own use up one quota through one Redis, whatever happens to it.
 * Fails when the quota is exceeded, when too little of it was used, when a client saw an error, and when a
 * replica farther away served less. Arguments: the runs to make; none means all.
 */
interface Run extends SpendingOptions {
  /** Of the quota. */
  readonly leastUsed: number;
  /** How many more pages one replica may serve than another. */
  readonly mostUneven: number;
}

const OUTAGE = { windows: 5, windowSeconds: 10, leastUsed: 0.95, mostUneven: Infinity };

const RUNS: Readonly<Record<string, Run>> = {
  killed: { ...OUTAGE, windows: 10, disturb: killRedis(4, 6) },
  stopped: { ...OUTAGE, disturb: stopRedis },
  flapping: { ...OUTAGE, disturb: flapRedis },
  flushed: { ...OUTAGE, disturb: flushRedis },
  restarts: { ...OUTAGE, disturb: restartReplicas },
  distances: { ...OUTAGE, windows: 6, roundTripsMs: [0, 1, 3, 10], mostUneven: 1.2 },
};

function rowOf(spending: Spending) {
  const { calls, quota, refused, earliestMs, timesAway, answered, errors } = spending;
  return {
    'calls used': `${calls} of ${quota}`,
    'one too many': refused,
    'too early by ms': earliestMs,
    'Redis found away': timesAway,
    'pages of each replica': answered.join(' '),
    errors: errors.length,
  };
}

function isGood({ refused, errors, calls, quota, answered }: Spending, run: Run): boolean {
  const isEven = Math.max(...answered) <= Math.min(...answered) * run.mostUneven;
  return refused === 0 && errors.length === 0 && calls >= quota * run.leastUsed && isEven;
}

async function main(names: readonly string[]): Promise<void> {
  const rows: Record<string, ReturnType<typeof rowOf>> = {};
  for (const [name, run] of Object.entries(RUNS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const spending = await spendQuota(run);
    const title = run.roundTripsMs ? `${name}: +${run.roundTripsMs.join(', +')} ms` : name;
    rows[title] = rowOf(spending);
    for (const code of new Set(spending.errors)) console.error(`${name}: a client saw ${code}`);
    if (isGood(spending, run)) continue;
    console.error(`${name}: failed`, rows[title]);
    process.exitCode = 1;
  }
  console.table(rows);
}

void main(process.argv.slice(2));
