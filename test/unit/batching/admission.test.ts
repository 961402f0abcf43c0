import fc from 'fast-check';
import { answeredIds, errorOf, codeOf, failedIds, type Asked } from '../../support/asking';
import { MINUTE_MS, idsOf, createBatchingWorld, cycle } from '../../support/batching-world';
import { DEADLINE_MS } from '../../support/operation';

/** So few calls that many users cannot be answered in time. */
const SMALL_QUOTA = { calls: 4, windowMs: 20_000 };
/** The first operation of a crowd waits 8 ms for the others if they come at the same moment. */
const AT_ONCE_MS = 10;

const tookMs = ({ outcome }: Asked) => outcome?.tookMs ?? NaN;

const withCode = (asked: readonly Asked[], code: string) =>
  asked.filter((one) => codeOf(one) === code);

/** All were refused at once, with a time to retry. */
function expectRefusedAtOnce(refused: readonly Asked[]): void {
  const others = refused.filter((one) => {
    const { retryAfterMs = NaN } = errorOf(one)?.details ?? {};
    const isLimited = codeOf(one) === 'UPSTREAM_RATE_LIMITED' && retryAfterMs > 0;
    return !(isLimited && tookMs(one) <= AT_ONCE_MS);
  });
  expect(others).toEqual([]);
}

describe('a service that loads 1,000 new users at once', () => {
  const SCOPE = cycle('1');
  const PEOPLE = 92;

  async function runService(timeMs = DEADLINE_MS) {
    const world = createBatchingWorld();
    const users = idsOf(1_000, 'service ');
    const service = world.askAt(0, SCOPE, users, { leavesReserve: true, timeMs });
    const people = Array.from({ length: PEOPLE }, (_, i) =>
      world.askAt(((i + 0.5) * MINUTE_MS) / PEOPLE, SCOPE, [`person ${i}`]),
    );
    await world.run();
    return { world, service, people: people.flat() };
  }

  test('leaves calls to people of the same minute, more than half of which are answered', async () => {
    const { people } = await runService();
    expect(answeredIds(people).length).toBeGreaterThanOrEqual(50);
    expectRefusedAtOnce(people.filter(({ outcome }) => outcome?.error));
  });

  test('leaves as many calls when its own operation has a minute', async () => {
    const { people, service } = await runService(MINUTE_MS);
    expect(answeredIds(people).length).toBeGreaterThanOrEqual(50);
    expectRefusedAtOnce(withCode([...people, ...service], 'UPSTREAM_RATE_LIMITED'));
  });

  test('spends at most three quarters of the quota at once', async () => {
    const { world } = await runService();
    const atOnce = world.calls.filter(({ atMs, userIds }) => atMs < 500 && userIds.length > 1);
    expect(atOnce).toHaveLength(15);
  });

  test('is refused at once for the users that cannot be answered in time', async () => {
    const { service } = await runService();
    const refused = service.filter(({ outcome }) => outcome?.error);
    expectRefusedAtOnce(refused);
    // It may spend three quarters of the quota at once.
    expect(answeredIds(service).length).toBeGreaterThanOrEqual(15 * 50);
    expect(answeredIds(service).length + refused.length).toBe(1_000);
  });
});

describe('a person in the same moment as a service', () => {
  test('is not refused for the seats that the service does not get', async () => {
    const world = createBatchingWorld();
    world.askAt(0, cycle('1'), idsOf(750, 'spent '), { leavesReserve: true });
    const [service, person]: Asked[][] = [[], []];
    world.clock.at(1_000, () => {
      service?.push(...world.ask(cycle('1'), idsOf(60, 'service '), { leavesReserve: true }));
      person?.push(...world.ask(cycle('1'), ['person']));
    });
    await world.run();

    expect(answeredIds(service ?? [])).toHaveLength(50);
    expect(answeredIds(person ?? [])).toEqual(['person']);
  });
});

describe('a person behind a refused service', () => {
  test('has the call that the service was refused', async () => {
    const world = createBatchingWorld({ quota: SMALL_QUOTA });
    world.askAt(0, cycle('spent'), idsOf(3 * 50, 'spent '));
    const [service, person]: Asked[][] = [[], []];
    world.clock.at(1_000, () => {
      // More urgent than the person, and too late because of the reserve that it leaves.
      const options = { leavesReserve: true, timeMs: 5_000 };
      service?.push(...world.ask(cycle('service'), ['service'], options));
      person?.push(...world.ask(cycle('person'), ['person'], { timeMs: 6_000 }));
    });
    await world.run();

    expectRefusedAtOnce(service ?? []);
    expect(answeredIds(person ?? [])).toEqual(['person']);
  });
});

/** Operations of several cycles, each for a user or more of its own. */
interface Arrival {
  readonly atMs: number;
  readonly scope: number;
  readonly users: number;
  readonly leavesReserve: boolean;
  readonly timeMs: number;
}
const arrivals = fc.integer({ min: 4, max: 16 }).chain((scopes) =>
  fc.array(
    fc.record<Arrival>({
      atMs: fc.integer({ min: 0, max: 60_000 }),
      scope: fc.integer({ min: 1, max: scopes }),
      users: fc.oneof(
        { weight: 6, arbitrary: fc.constant(1) },
        { weight: 2, arbitrary: fc.integer({ min: 2, max: 30 }) },
        { weight: 1, arbitrary: fc.integer({ min: 50, max: 110 }) },
      ),
      leavesReserve: fc.boolean(),
      timeMs: fc.constantFrom(DEADLINE_MS, DEADLINE_MS, 5_000, 18_000),
    }),
    { minLength: 10, maxLength: 40, size: 'max' },
  ),
);

async function runArrivals(schedule: readonly Arrival[]): Promise<readonly Asked[]> {
  const world = createBatchingWorld({ quota: SMALL_QUOTA });
  for (const [i, { atMs, scope, users, leavesReserve, timeMs }] of schedule.entries()) {
    const ids = idsOf(users, `user of ${i}, `);
    world.askAt(atMs, cycle(String(scope)), ids, { leavesReserve, timeMs });
  }
  await world.run();
  return world.asked;
}

async function inEverySchedule(
  adapt: (arrival: Arrival) => Arrival,
  check: (asked: readonly Asked[]) => void,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(arrivals, async (schedule) => {
      check(await runArrivals(schedule.map(adapt)));
    }),
    // Shrinking a schedule takes too long.
    { numRuns: 50, endOnFailure: true },
  );
}

describe('an admitted user', () => {
  test('is not refused when later users arrive, whatever time they have', async () => {
    await inEverySchedule(
      (arrival) => arrival,
      (asked) => {
        expectRefusedAtOnce(withCode(asked, 'UPSTREAM_RATE_LIMITED'));
      },
    );
  });

  test('is answered in time, unless it is a service’s', async () => {
    await inEverySchedule(
      (arrival) => ({ ...arrival, leavesReserve: false, timeMs: DEADLINE_MS }),
      (asked) => {
        expectRefusedAtOnce(withCode(asked, 'UPSTREAM_RATE_LIMITED'));
        expect(withCode(asked, 'UPSTREAM_TIMEOUT')).toEqual([]);
      },
    );
  });

  test('keeps its place when others join an older batch, which is sent first', async () => {
    const world = createBatchingWorld({ quota: SMALL_QUOTA });
    world.askAt(0, cycle('spent'), idsOf(4 * 50, 'spent '));
    // The quota has room for four calls at 20 s, which these users fill.
    const older = world.askAt(8_000, cycle('older'), ['older']);
    const admitted = world.askAt(9_000, cycle('admitted'), idsOf(3 * 50, 'admitted '));
    // Has one user more than the older call has seats.
    const late = world.askAt(10_000, cycle('older'), idsOf(50, 'late '));
    await world.run();
    expect([...older, ...admitted].map(codeOf).filter(Boolean)).toEqual([]);
    expect(failedIds(late)).toHaveLength(1);
    expectRefusedAtOnce(late.filter(({ outcome }) => outcome?.error));
  });

  test('keeps its place when a user with less time arrives', async () => {
    const world = createBatchingWorld({ quota: { calls: 1, windowMs: 10_000 } });
    world.askAt(0, cycle('spent'), ['spent']);
    const admitted = world.askAt(1_000, cycle('patient'), ['patient'], { timeMs: 15_000 });
    // Only the call at 10 s is early enough for both.
    const late = world.askAt(2_000, cycle('urgent'), ['urgent'], { timeMs: 10_000 });
    await world.run();
    expect(answeredIds(admitted)).toEqual(['patient']);
    expectRefusedAtOnce(late);
  });

  test('of a service is answered or refused at once, behind evenly spaced calls', async () => {
    const world = createBatchingWorld({ quota: SMALL_QUOTA });
    for (const id of ['1', '2', '3']) world.askEachAt(0, cycle(id), idsOf(3, `user of ${id}, `));
    const service = world.askAt(0, cycle('service'), ['service'], { leavesReserve: true });
    await world.run();
    if (answeredIds(service).length === 0) expectRefusedAtOnce(service);
  });
});
