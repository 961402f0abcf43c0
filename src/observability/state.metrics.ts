import { Gauge, type Registry } from 'prom-client';
import { ClosedReason } from '../domain/closed-reason';
import { shareReading } from '../domain/share-reading';

/** The state of the quota of `find_by_user_list`. */
export interface QuotaReading {
  readonly callsLeft: number;
  /** Why Feishu accepts no calls now. */
  readonly closedReason: ClosedReason | null;
  /** Users that clients wait for and whose call is not sent yet. */
  readonly waitingUsers: number;
}

/** Reading the ledger runs a script in Redis, so frequent scrapes share one reading. */
const READING_KEPT_MS = 1_000;

/** Gauges that are read at each scrape. */
export function createStateMetrics(registers: Registry[], nowMs: () => number) {
  return {
    watchQuota(read: () => Promise<QuotaReading>): void {
      const readShared = shareReading(read, { keepMs: READING_KEPT_MS, nowMs });
      new Gauge({
        name: 'gateway_quota_calls_left',
        help: 'Calls of find_by_user_list that the quota still allows in the current window.',
        registers,
        async collect() {
          this.set((await readShared()).callsLeft);
        },
      });
      new Gauge({
        name: 'gateway_quota_closed',
        help: '1 while Feishu accepts no calls of find_by_user_list, by reason.',
        labelNames: ['reason'],
        registers,
        async collect() {
          const { closedReason } = await readShared();
          for (const reason of Object.values(ClosedReason)) {
            this.set({ reason }, reason === closedReason ? 1 : 0);
          }
        },
      });
      new Gauge({
        name: 'gateway_waiting_users',
        help: 'Users that clients wait for and whose call is not sent yet.',
        registers,
        async collect() {
          this.set((await readShared()).waitingUsers);
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
