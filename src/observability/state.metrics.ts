import { Gauge, type Registry } from 'prom-client';

/** What is read at each scrape. */
export function createStateMetrics(registers: Registry[]) {
  return {
    watchCallsLeft(read: () => Promise<number>): void {
      new Gauge({
        name: 'gateway_quota_calls_left',
        help: 'Calls of find_by_user_list that may still leave in the present window.',
        registers,
        async collect() {
          this.set(await read());
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
