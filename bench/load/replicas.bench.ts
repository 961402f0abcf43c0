import { spendQuota } from './spend-quota';

/**
 * Four gateways as processes of their own use up one quota for ten windows, through one Redis that is
 * killed and started again in between. Fails when the quota is exceeded, when less than 95 % of it was
 * used, or when anybody was not answered.
 */
const LEAST_USED = 0.95;

async function main(): Promise<void> {
  const spending = await spendQuota({ windows: 10, windowSeconds: 10, killedAt: 4, startedAt: 6 });
  const { calls, quota, refused, earliestMs, answered, errors, logs } = spending;
  console.log(
    `${calls} of ${quota} calls used (${((100 * calls) / quota).toFixed(1)} %), ` +
      `${refused} refused, up to ${earliestMs} ms too early; ` +
      `${answered} pages answered, ${errors.length} errors`,
  );
  for (const line of logs) console.log(line);
  for (const code of new Set(errors)) console.error(`a client saw ${code}`);
  const failed = refused > 0 || errors.length > 0 || calls < quota * LEAST_USED;
  process.exitCode = failed ? 1 : 0;
}

void main();
