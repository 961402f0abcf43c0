import fc from 'fast-check';
import {
  isNextCallFull,
  planCall,
  takeAlong,
  type PlannedCall,
  type Question,
} from '../../../src/batching/call-planner';
import { unionOf } from '../../../src/batching/narrowing';
import {
  filterKey,
  type FilterStrategy,
  type StageTaskFilter,
} from '../../../src/domain/stage-task-filter';

const EVERYTHING: StageTaskFilter = {};
const TODO: StageTaskFilter = { options: ['TODO'] };
const DUE_SOON: StageTaskFilter = { deadlineBeforeMs: 1_800_000_000_000 };

function question(userId: string, over: Partial<Question> = {}): Question {
  return { userId, filter: EVERYTHING, leaveByMs: 10, background: false, ...over };
}

function crowd(size: number, over: Partial<Question> = {}, prefix = 'user'): Question[] {
  return Array.from({ length: size }, (_, i) => question(`${prefix} ${i + 1}`, over));
}

/** Few users, filters and times, so that questions often share one of them. */
const questions: fc.Arbitrary<Question> = fc.record({
  userId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
  filter: fc.constantFrom(EVERYTHING, TODO, { options: ['DONE'] as const }, DUE_SOON),
  leaveByMs: fc.integer({ min: 0, max: 5 }),
  background: fc.boolean(),
});
const lists = fc.array(questions, { minLength: 1, maxLength: 25 });
const seatCounts = fc.integer({ min: 1, max: 6 });
const strategies = fc.constantFrom<FilterStrategy>('auto', 'pushdown');

const usersOf = (list: readonly Question[]) => [...new Set(list.map(({ userId }) => userId))];
const filtersOf = (list: readonly Question[]) => [
  ...new Set(list.map(({ filter }) => filterKey(filter))),
];
/** Less is more urgent: everybody that waits comes before everything that nobody waits for. */
const urgency = ({ background, leaveByMs }: Question) => (background ? 1_000 : 0) + leaveByMs;
const mostUrgent = (list: readonly Question[]) => Math.min(...list.map(urgency));

function callsFor(list: readonly Question[], seats: number): number {
  return Math.ceil(usersOf(list).length / seats);
}

function callsApart(list: readonly Question[], seats: number): number {
  return filtersOf(list)
    .map((key) => list.filter(({ filter }) => filterKey(filter) === key))
    .reduce((sum, group) => sum + callsFor(group, seats), 0);
}

/** Everything that a plan of this kind might have taken along. */
function eligible(waiting: readonly Question[], plan: PlannedCall<Question>): Question[] {
  const planned = filtersOf(plan.questions);
  return planned.length > 1
    ? [...waiting]
    : waiting.filter(({ filter }) => planned.includes(filterKey(filter)));
}

function planned(
  check: (
    waiting: Question[],
    seats: number,
    plan: PlannedCall<Question>,
    strategy: FilterStrategy,
  ) => void,
) {
  fc.assert(
    fc.property(lists, seatCounts, strategies, (waiting, seats, strategy) => {
      check(waiting, seats, planCall(waiting, seats, strategy), strategy);
    }),
    { numRuns: 5_000 },
  );
}

describe('a call that leaves', () => {
  it('takes as many different users as it has seats, and never more', () => {
    expect(planCall(crowd(120), 50, 'auto').userIds).toHaveLength(50);
    planned((waiting, seats, plan) => {
      expect(plan.userIds.length).toBe(Math.min(seats, usersOf(eligible(waiting, plan)).length));
      expect(new Set(plan.userIds).size).toBe(plan.userIds.length);
      expect([...plan.userIds].sort()).toEqual(usersOf(plan.questions).sort());
    });
  });

  it('counts a user that many ask for as one', () => {
    const waiting = [...crowd(2), ...crowd(2), ...crowd(2)];
    const plan = planCall(waiting, 2, 'pushdown');
    expect(plan.userIds).toEqual(['user 1', 'user 2']);
    expect(plan.questions).toHaveLength(6);
  });

  it('has the most urgent question in it, whatever else waits', () => {
    const last = question('late', { leaveByMs: 1, filter: TODO });
    expect(planCall([...crowd(200), last], 50, 'pushdown').questions).toEqual([last]);
    planned((waiting, _, plan) => {
      expect(mostUrgent(plan.questions)).toBe(mostUrgent(waiting));
    });
  });

  it('leaves nobody behind that is more urgent than somebody it takes', () => {
    planned((waiting, _, plan) => {
      const candidates = eligible(waiting, plan);
      const of = (userId: string) => mostUrgent(candidates.filter((one) => one.userId === userId));
      const slowest = Math.max(...plan.userIds.map(of));
      for (const userId of usersOf(candidates)) {
        if (!plan.userIds.includes(userId)) expect(of(userId)).toBeGreaterThanOrEqual(slowest);
      }
    });
  });

  it('takes a background refresh only into a seat that nobody who waits could have', () => {
    const refreshes = crowd(40, { background: true, leaveByMs: 0 }, 'stale');
    const plan = planCall([...refreshes, ...crowd(45)], 50, 'auto');
    expect(plan.userIds.filter((id) => id.startsWith('stale'))).toHaveLength(5);
    expect(planCall([...refreshes, ...crowd(50)], 50, 'auto').userIds).toEqual(usersOf(crowd(50)));
    planned((waiting, _, { userIds, questions: taken, ...plan }) => {
      const interactive = (list: readonly Question[]) => list.filter((one) => !one.background);
      const waitingUsers = usersOf(
        interactive(eligible(waiting, { userIds, questions: taken, ...plan })),
      );
      const onlyRefreshed = userIds.filter((id) => !waitingUsers.includes(id));
      const leftBehind = waitingUsers.filter((id) => !userIds.includes(id));
      expect(Math.min(onlyRefreshed.length, leftBehind.length)).toBe(0);
    });
  });

  it('is a refresh as a whole only when nobody waits', () => {
    planned((waiting, _, plan) => {
      const refreshOnly = plan.questions.every(({ background }) => background);
      expect(refreshOnly).toBe(waiting.every(({ background }) => background));
    });
  });

  it('answers every question about its users that its filter was made for, not the first one only', () => {
    const waiting = [
      question('a', { filter: TODO }),
      question('a'),
      question('a', { filter: TODO }),
    ];
    expect(planCall(waiting, 50, 'auto').questions).toHaveLength(3);
    expect(planCall(waiting, 50, 'pushdown').questions).toHaveLength(2);
    planned((waiting, _, plan) => {
      const covered = eligible(waiting, plan).filter(({ userId }) => plan.userIds.includes(userId));
      expect(new Set(plan.questions)).toEqual(new Set(covered));
    });
  });

  it('asks for no more than its questions want together', () => {
    planned((_, __, plan) => {
      expect(plan.filter).toEqual(unionOf(plan.questions.map(({ filter }) => filter)));
    });
  });

  it('keeps the questions in the order of their urgency', () => {
    planned((_, __, plan) => {
      const order = plan.questions.map(urgency);
      expect(order).toEqual([...order].sort((a, b) => a - b));
    });
  });

  it('needs somebody to leave for', () => {
    expect(() => planCall([], 50, 'auto')).toThrow(
      'a call to plan: expected at least one question, got none',
    );
  });
});

describe('the next call', () => {
  it('counts as full exactly if it would leave without a free seat', () => {
    planned((waiting, seats, { userIds }, strategy) => {
      expect(isNextCallFull(waiting, seats, strategy)).toBe(userIds.length === seats);
    });
  });

  it('is not full by users whom it cannot take along', () => {
    const waiting = [...crowd(2), ...crowd(4, { filter: TODO, leaveByMs: 20 }, 'other')];
    expect(isNextCallFull(waiting, 4, 'pushdown')).toBe(false);
    expect(isNextCallFull(waiting, 6, 'auto')).toBe(true);
  });
});

describe('a call with seats to spare', () => {
  it('takes along others as far as they fit, nobody twice, and has no questions for them', () => {
    const call = planCall(crowd(3), 5, 'auto');
    const asked: number[] = [];
    const fuller = takeAlong(call, 5, (free) => {
      asked.push(free);
      return ['user 2', 'other 1'];
    });
    expect(asked).toEqual([2]);
    expect(fuller.userIds).toEqual(['user 1', 'user 2', 'user 3', 'other 1']);
    expect(fuller).toMatchObject({ filter: call.filter, questions: call.questions });
  });

  it('is the only kind that does', () => {
    const call = planCall(crowd(5), 5, 'auto');
    expect(takeAlong(call, 5, () => ['other'])).toBe(call);
  });
});

describe('FILTER_STRATEGY=pushdown', () => {
  it('never asks for one filter on behalf of another', () => {
    fc.assert(
      fc.property(lists, seatCounts, (waiting, seats) => {
        const plan = planCall(waiting, seats, 'pushdown');
        expect(filtersOf(plan.questions)).toEqual([filterKey(plan.filter)]);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('FILTER_STRATEGY=auto', () => {
  it('asks for the same users once, whatever the filters', () => {
    const fourAliases = [EVERYTHING, TODO, DUE_SOON, { options: ['DONE'] as const }].flatMap(
      (filter) => crowd(50, { filter }),
    );
    expect(planCall(fourAliases, 50, 'auto').questions).toHaveLength(200);
  });

  it('puts two small crowds with different filters in one call', () => {
    const waiting = [...crowd(20, { filter: TODO }), ...crowd(20, { filter: DUE_SOON }, 'other')];
    const plan = planCall(waiting, 50, 'auto');
    expect(plan.userIds).toHaveLength(40);
    expect(plan.filter).toEqual({});
  });

  it('does not widen the question of two full calls, which have nothing to share', () => {
    const waiting = [...crowd(50, { filter: TODO }), ...crowd(50, { filter: DUE_SOON }, 'other')];
    const plan = planCall(waiting, 50, 'auto');
    expect(plan.filter).toEqual(TODO);
    expect(plan.questions).toHaveLength(50);
  });

  it('mixes filters exactly when that saves a call', () => {
    fc.assert(
      fc.property(lists, seatCounts, (waiting, seats) => {
        const saves = callsFor(waiting, seats) < callsApart(waiting, seats);
        const plan = planCall(waiting, seats, 'auto');
        const seated = waiting.filter(({ userId }) => plan.userIds.includes(userId));
        if (!saves) expect(filtersOf(plan.questions)).toHaveLength(1);
        else expect(new Set(plan.questions)).toEqual(new Set(seated));
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('one call after the other', () => {
  /** Plans until nobody waits any more. */
  function drain(waiting: readonly Question[], seats: number, strategy: FilterStrategy) {
    const calls: PlannedCall<Question>[] = [];
    for (let left = new Set(waiting); left.size > 0;) {
      const call = planCall([...left], seats, strategy);
      calls.push(call);
      left = new Set([...left].filter((one) => !call.questions.includes(one)));
      if (calls.length > waiting.length) throw new Error('a call answered nothing');
    }
    return calls;
  }

  it('answers every question exactly once, so that nobody is lost and nobody is asked for twice', () => {
    planned((waiting, seats, _, strategy) => {
      const answered = drain(waiting, seats, strategy).flatMap((call) => call.questions);
      expect(answered).toHaveLength(waiting.length);
      expect(new Set(answered)).toEqual(new Set(waiting));
    });
  });

  it('costs no more than asking for each filter apart, nor than asking for everybody together', () => {
    fc.assert(
      fc.property(lists, seatCounts, (waiting, seats) => {
        const cost = drain(waiting, seats, 'auto').length;
        expect(cost).toBeLessThanOrEqual(
          Math.min(callsFor(waiting, seats), callsApart(waiting, seats)),
        );
        expect(drain(waiting, seats, 'pushdown')).toHaveLength(callsApart(waiting, seats));
      }),
      { numRuns: 2_000 },
    );
  });
});
