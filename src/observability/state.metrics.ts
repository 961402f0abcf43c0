import { Gauge, type Registry } from 'prom-client';
import { shareReading } from '../domain/share-reading';

/** Reading the ledger runs a script in Redis, so frequent scrapes share one reading. */
const CALLS_LEFT_KEPT_MS = 1_000;

/** Gauges that are read at each scrape. */
export function createStateMetrics(registers: Registry[], nowMs: () => number) {
  return {
    watchCallsLeft(read: () => Promise<number>): void {
      const readShared = shareReading(read, { keepMs: CALLS_LEFT_KEPT_MS, nowMs });
      new Gauge({
        name: 'gateway_quota_calls_left',
        help: 'Calls of find_by_user_list that the quota still allows in the current window.',
        registers,
        async collect() {
          this.set(await readShared());
        },
      });
    },
    watchRedis(isUp: () => boolean): void {
      new Gauge({
        name: 'gateway_redis_up',
        help: '1 while replicas share quota and answers through Redis, 0 while this replica works alone.',
        registers,
        collect() {
          this.set(isUp() ? 1 : 0);
        },
      });
    },
  };
}
