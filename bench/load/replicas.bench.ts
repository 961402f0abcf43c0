import {
  flapRedis,
  flushRedis,
  killRedis,
  restartReplicas,
  stopRedis,
} from '../../test/support/disturbances';
import { spendQuota, type Spending, type SpendingOptions } from '../../test/support/spend-quota';

/**
 * Four gateway processes share one quota through one Redis, during outages, restarts and with different
 * distances. Fails if the quota is exceeded, if too little of it is used, if a client gets an error, or if
 * a distant replica serves fewer pages. Arguments: the names of runs; all by default.
 */
interface Run extends SpendingOptions {
  /** The minimum share of the quota that must be used. */
  readonly minUsed: number;
  /** How many times as many pages one replica may serve as another. */
  readonly maxUnevenness: number;
}

const OUTAGE = { windows: 5, windowSeconds: 10, minUsed: 0.95, maxUnevenness: Infinity };

const RUNS: Readonly<Record<string, Run>> = {
  killed: { ...OUTAGE, windows: 10, disturb: killRedis(4, 6) },
  stopped: { ...OUTAGE, disturb: stopRedis },
  flapping: { ...OUTAGE, disturb: flapRedis },
  flushed: { ...OUTAGE, disturb: flushRedis },
  restarts: { ...OUTAGE, disturb: restartReplicas },
  distances: { ...OUTAGE, windows: 6, roundTripsMs: [0, 1, 3, 10], maxUnevenness: 1.2 },
};

function rowOf(spending: Spending) {
  const { calls, quota, refused, earliestMs, timesAway, answered, errors } = spending;
  return {
    'calls used': `${calls} of ${quota}`,
    'refused by Feishu': refused,
    'too early by ms': earliestMs,
    'Redis found unreachable': timesAway,
    'pages per replica': answered.join(' '),
    errors: errors.length,
  };
}

function isGood({ refused, errors, calls, quota, answered }: Spending, run: Run): boolean {
  const isEven = Math.max(...answered) <= Math.min(...answered) * run.maxUnevenness;
  return refused === 0 && errors.length === 0 && calls >= quota * run.minUsed && isEven;
}

async function main(names: readonly string[]): Promise<void> {
  const rows: Record<string, ReturnType<typeof rowOf>> = {};
  for (const [name, run] of Object.entries(RUNS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const spending = await spendQuota(run);
    const title = run.roundTripsMs ? `${name}: +${run.roundTripsMs.join(', +')} ms` : name;
    rows[title] = rowOf(spending);
    for (const code of new Set(spending.errors)) console.error(`${name}: a client got ${code}`);
    if (isGood(spending, run)) continue;
    console.error(`${name}: failed`, rows[title]);
    process.exitCode = 1;
  }
  console.table(rows);
}

void main(process.argv.slice(2));
