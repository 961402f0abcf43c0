import { Gauge, type Registry } from 'prom-client';
import { shareReading } from '../domain/share-reading';

/** Reading the ledger is a script of Redis, which scrapes must not be able to flood. */
const CALLS_LEFT_KEPT_MS = 1_000;

/** What is read at each scrape. */
export function createStateMetrics(registers: Registry[], nowMs: () => number) {
  return {
    watchCallsLeft(read: () => Promise<number>): void {
      const readShared = shareReading(read, { keepMs: CALLS_LEFT_KEPT_MS, nowMs });
      new Gauge({
        name: 'gateway_quota_calls_left',
        help: 'Calls of find_by_user_list that may still leave in the present window.',
        registers,
        async collect() {
          this.set(await readShared());
        },
      });
    },
    watchRedis(isUp: () => boolean): void {
      new Gauge({
        name: 'gateway_redis_up',
        help: '1 while quota and answers are shared through Redis, 0 while this replica goes on alone.',
        registers,
        collect() {
          this.set(isUp() ? 1 : 0);
        },
      });
    },
  };
}
