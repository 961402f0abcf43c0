import { createBatcher } from '../../src/batching/batcher';
import type { BatchScope } from '../../src/batching/scope';
import type { Snapshot } from '../../src/cache/snapshot-cache';
import type { Clock } from '../../src/domain/clock';
import { createRefreshAhead } from '../../src/loading/refresh-ahead';
import type { BackgroundShare } from '../../src/quota/demand';
import { createMemoryLedger } from '../../src/quota/memory.ledger';
import type { Quota } from '../../src/quota/pacing';
import { createQuotaGate } from '../../src/quota/quota-gate';
import { createAsking } from './asking';
import { cyclesOf } from './cycles';
import { createScriptedFeishu, type Call, type FeishuOptions } from './scripted-feishu';
import { VirtualClock } from './virtual-clock';

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const QUOTA: Quota = { calls: 20, windowMs: MINUTE_MS };

export interface WorldOptions extends FeishuOptions {
  readonly quota?: Quota;
  readonly startsAtUnixMs?: number;
  /** The share of the quota that background calls may use; by default the gate's own. */
  readonly backgroundShare?: BackgroundShare;
  /** Whether Feishu lists a cycle; by default `undefined`: the list is unavailable. */
  readonly isListed?: (semesterId: string) => boolean | undefined;
}

export type BatchingWorld = ReturnType<typeof createBatchingWorld>;

/** The real batcher, gate and ledger on virtual time, with a scripted Feishu. */
export function createBatchingWorld(options: WorldOptions = {}) {
  const { quota = QUOTA, isListed } = options;
  const clock = new VirtualClock(options.startsAtUnixMs);
  const feishu = createScriptedFeishu(clock, options);
  const remembered: [key: string, snapshot: Snapshot][] = [];
  const defects: Error[] = [];
  const gate = createGate(quota, clock, options.backgroundShare);
  const refreshAhead = createRefreshAhead({ freshMs: MINUTE_MS, nowMs: clock.now });
  const batcher = createBatcher({
    source: feishu.source,
    gate,
    semesters: cyclesOf(clock.now, (semesterId) => Promise.resolve(isListed?.(semesterId))),
    spareSeats: refreshAhead,
    remember: (entries) => remembered.push(...entries),
    clock,
    onDefect: (error) => defects.push(error),
  });

  return {
    ...createAsking(clock, batcher, feishu),
    clock,
    gate,
    batcher,
    refreshAhead,
    remembered,
    calls: feishu.calls,
    attemptTimesMs: feishu.attemptTimesMs,
    /** Runs until no timer is left; call it again after further requests. */
    async run(): Promise<void> {
      await clock.run();
      if (defects.length > 0) throw new AggregateError(defects, 'the dispatcher failed');
    },
  };
}

/** A gate over a ledger of its own. */
export function createGate(
  quota: Quota,
  clock: Pick<Clock, 'now'>,
  backgroundShare?: BackgroundShare,
) {
  return createQuotaGate({
    quota,
    ledger: createMemoryLedger(quota, clock.now),
    nowMs: clock.now,
    backgroundShare,
  });
}

/** A review cycle that the app asks about. */
export function cycle(semesterId: string): BatchScope {
  return { identity: { kind: 'app' }, semesterId, idType: 'OPEN_ID', filter: {} };
}

export const idsOf = (count: number, prefix = 'ou_') =>
  Array.from({ length: count }, (_, i) => `${prefix}${i + 1}`);

export const usersOf = (calls: readonly Call[]) => calls.map(({ userIds }) => userIds);

export function mostInAnyWindow(timesMs: readonly number[], { windowMs }: Quota): number {
  const inWindow = (endMs: number) => (ms: number) => ms > endMs - windowMs && ms <= endMs;
  return Math.max(0, ...timesMs.map((endMs) => timesMs.filter(inWindow(endMs)).length));
}
