import fc from 'fast-check';
import type { BatchScope } from '../../src/batching/scope';
import { Secret } from '../../src/domain/secret';
import {
  toUpstreamFilter,
  type FilterStrategy,
  type StageTaskFilter,
} from '../../src/domain/stage-task-filter';
import type { Quota } from '../../src/quota/pacing';
import { idsOf, type BatchingWorld } from './batching-world';
import { OTHER_CYCLE, SCOPE, createWorldWithTasks } from './scoped-tasks';
import { inTurn, rateLimited, unavailable, type Fate } from './scripted-feishu';

const SCOPES: readonly BatchScope[] = [
  SCOPE,
  OTHER_CYCLE,
  { ...SCOPE, idType: 'USER_ID' },
  { ...SCOPE, identity: { kind: 'user', accessToken: new Secret('u-1') } },
  { ...SCOPE, identity: { kind: 'user', accessToken: new Secret('u-2') } },
];
const FILTERS: readonly StageTaskFilter[] = [
  {},
  { options: ['TODO'] },
  { options: ['DONE', 'OVERDUE'] },
  { deadlineAfterMs: 10 },
  { options: ['TODO'], deadlineBeforeMs: 20 },
];
/** A quota with too few calls to answer many users in time. */
export const SMALL_QUOTA: Quota = { calls: 3, windowMs: 1_000 };

const fates: fc.Arbitrary<Fate> = fc.oneof(
  fc.record({ latencyMs: fc.nat(800) }),
  fc.nat(1_500).map((resetMs) => ({ failure: rateLimited(resetMs) })),
  fc.constant({ failure: unavailable() }),
  fc.constant({ isRetried: true }),
);
const users = fc.oneof(
  { weight: 9, arbitrary: fc.subarray(idsOf(6), { minLength: 1 }) },
  { weight: 1, arbitrary: fc.constant(idsOf(60)) },
);
interface Visit {
  readonly atMs: number;
  readonly userIds: readonly string[];
  readonly scope: BatchScope;
  readonly filter: StageTaskFilter;
  readonly timeMs: number;
  readonly leavesAfterMs: number | null;
  readonly background: boolean;
}
const visits: fc.Arbitrary<Visit> = fc.record({
  atMs: fc.nat(4_000),
  userIds: users,
  scope: fc.constantFrom(...SCOPES),
  filter: fc.constantFrom(...FILTERS),
  timeMs: fc.integer({ min: 1, max: 5_000 }),
  leavesAfterMs: fc.option(fc.nat(1_500)),
  background: fc.constant(false),
});
const refreshes = visits.map((visit) => ({ ...visit, background: true }));
const schedules = fc.array(
  fc.oneof({ weight: 5, arbitrary: visits }, { weight: 1, arbitrary: refreshes }),
  {
    maxLength: 25,
  },
);

async function live(schedule: readonly Visit[], strategy: FilterStrategy, coming: readonly Fate[]) {
  const world = createWorldWithTasks({ quota: SMALL_QUOTA, fateOf: inTurn(...coming) });
  for (const { atMs, userIds, timeMs, leavesAfterMs, background, ...visit } of schedule) {
    const filter = toUpstreamFilter(strategy, visit.filter);
    const scope = { ...visit.scope, filter };
    if (background) {
      world.clock.at(atMs, () => {
        world.batcher.refresh(scope, userIds);
      });
    } else {
      world.askAt(atMs, scope, userIds, {
        timeMs,
        leavesAfterMs: leavesAfterMs ?? undefined,
      });
    }
  }
  await world.run();
  return world;
}

/** Runs random operations, background refreshes and failures to their end, and checks each world. */
export async function inEveryCase(
  numRuns: number,
  check: (world: BatchingWorld) => void,
): Promise<void> {
  const strategies = fc.constantFrom<FilterStrategy>('auto', 'pushdown');
  await fc.assert(
    fc.asyncProperty(schedules, strategies, fc.array(fates, { maxLength: 8 }), async (...drawn) => {
      check(await live(...drawn));
    }),
    { numRuns },
  );
}
