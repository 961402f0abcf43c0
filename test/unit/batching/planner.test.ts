import fc from 'fast-check';
import {
  countCalls,
  isNextCallFull,
  numberCalls,
  planCall,
  takeAlong,
  type PlannedCall,
  type Question,
} from '../../../src/batching/planner';

function question(userId: string, over: Partial<Question> = {}): Question {
  return { userId, leaveByMs: 10, background: false, ...over };
}

function crowd(size: number, over: Partial<Question> = {}, prefix = 'user'): Question[] {
  return Array.from({ length: size }, (_, i) => question(`${prefix} ${i + 1}`, over));
}

/** Few users and times, so that questions often share one of them. */
const questions: fc.Arbitrary<Question> = fc.record({
  userId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
  leaveByMs: fc.integer({ min: 0, max: 5 }),
  background: fc.boolean(),
});
const lists = fc.array(questions, { minLength: 1, maxLength: 25 });
const seatCounts = fc.integer({ min: 1, max: 6 });

const usersOf = (list: readonly Question[]) => [...new Set(list.map(({ userId }) => userId))];
/** Less is more urgent: everybody that waits comes before everything that nobody waits for. */
const urgency = ({ background, leaveByMs }: Question) => (background ? 1_000 : 0) + leaveByMs;
const mostUrgent = (list: readonly Question[]) => Math.min(...list.map(urgency));

function callsFor(list: readonly Question[], seats: number): number {
  return Math.ceil(usersOf(list).length / seats);
}

function planned(check: (waiting: Question[], seats: number, plan: PlannedCall<Question>) => void) {
  fc.assert(
    fc.property(lists, seatCounts, (waiting, seats) => {
      check(waiting, seats, planCall(waiting, seats));
    }),
    { numRuns: 5_000 },
  );
}

describe('a call that leaves', () => {
  it('takes as many different users as it has seats, and never more', () => {
    expect(planCall(crowd(120), 50).userIds).toHaveLength(50);
    planned((waiting, seats, plan) => {
      expect(plan.userIds.length).toBe(Math.min(seats, usersOf(waiting).length));
      expect(new Set(plan.userIds).size).toBe(plan.userIds.length);
      expect([...plan.userIds].sort()).toEqual(usersOf(plan.questions).sort());
    });
  });

  it('counts a user that many ask for as one', () => {
    const waiting = [...crowd(2), ...crowd(2), ...crowd(2)];
    const plan = planCall(waiting, 2);
    expect(plan.userIds).toEqual(['user 1', 'user 2']);
    expect(plan.questions).toHaveLength(6);
  });

  it('has the most urgent question in it, whatever else waits', () => {
    const last = question('late', { leaveByMs: 1 });
    expect(planCall([...crowd(200), last], 50).questions[0]).toEqual(last);
    planned((waiting, _, plan) => {
      expect(mostUrgent(plan.questions)).toBe(mostUrgent(waiting));
    });
  });

  it('leaves nobody behind that is more urgent than somebody it takes', () => {
    planned((waiting, _, plan) => {
      const of = (userId: string) => mostUrgent(waiting.filter((one) => one.userId === userId));
      const slowest = Math.max(...plan.userIds.map(of));
      for (const userId of usersOf(waiting)) {
        if (!plan.userIds.includes(userId)) expect(of(userId)).toBeGreaterThanOrEqual(slowest);
      }
    });
  });

  it('takes a background refresh only into a seat that nobody who waits could have', () => {
    const refreshes = crowd(40, { background: true, leaveByMs: 0 }, 'stale');
    const plan = planCall([...refreshes, ...crowd(45)], 50);
    expect(plan.userIds.filter((id) => id.startsWith('stale'))).toHaveLength(5);
    expect(planCall([...refreshes, ...crowd(50)], 50).userIds).toEqual(usersOf(crowd(50)));
    planned((waiting, _, { userIds }) => {
      const waitingUsers = usersOf(waiting.filter((one) => !one.background));
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

  it('answers every question about its users, not the first one only', () => {
    expect(planCall([...crowd(3), question('user 1', { leaveByMs: 20 })], 2).questions).toEqual([
      question('user 1'),
      question('user 2'),
      question('user 1', { leaveByMs: 20 }),
    ]);
    planned((waiting, _, plan) => {
      const covered = waiting.filter(({ userId }) => plan.userIds.includes(userId));
      expect(new Set(plan.questions)).toEqual(new Set(covered));
      expect(plan.questions).toHaveLength(covered.length);
    });
  });

  it('keeps the questions in the order of their urgency', () => {
    planned((_, __, plan) => {
      const order = plan.questions.map(urgency);
      expect(order).toEqual([...order].sort((a, b) => a - b));
    });
  });

  it('needs somebody to leave for', () => {
    expect(() => planCall([], 50)).toThrow('waiting: expected at least one question, got none');
  });
});

describe('the next call', () => {
  it('counts as full exactly if it would leave without a free seat', () => {
    planned((waiting, seats, { userIds }) => {
      expect(isNextCallFull(waiting, seats)).toBe(userIds.length === seats);
    });
  });

  it('is not full by one user whom many ask for', () => {
    expect(isNextCallFull([...crowd(3), ...crowd(3)], 4)).toBe(false);
    expect(isNextCallFull([...crowd(3), ...crowd(4)], 4)).toBe(true);
  });
});

describe('a call with seats to spare', () => {
  it('takes along others as far as they fit, nobody twice, and has no questions for them', () => {
    const call = planCall(crowd(3), 5);
    const asked: number[] = [];
    const fuller = takeAlong(call, 5, (free) => {
      asked.push(free);
      return ['user 2', 'other 1'];
    });
    expect(asked).toEqual([2]);
    expect(fuller.userIds).toEqual(['user 1', 'user 2', 'user 3', 'other 1']);
    expect(fuller.questions).toBe(call.questions);
  });

  it('is the only kind that does', () => {
    const call = planCall(crowd(5), 5);
    expect(takeAlong(call, 5, () => ['other'])).toBe(call);
  });
});

describe('one call after the other', () => {
  /** Plans until nobody waits any more. */
  function drain(waiting: readonly Question[], seats: number) {
    const calls: PlannedCall<Question>[] = [];
    for (let left = new Set(waiting); left.size > 0;) {
      const call = planCall([...left], seats);
      calls.push(call);
      left = new Set([...left].filter((one) => !call.questions.includes(one)));
      if (calls.length > waiting.length) throw new Error('a call answered nothing');
    }
    return calls;
  }

  it('answers every question exactly once, so that nobody is lost and nobody is asked for twice', () => {
    planned((waiting, seats) => {
      const answered = drain(waiting, seats).flatMap((call) => call.questions);
      expect(answered).toHaveLength(waiting.length);
      expect(new Set(answered)).toEqual(new Set(waiting));
    });
  });

  it('costs as many calls as its users need seats, which is what is counted ahead', () => {
    planned((waiting, seats) => {
      expect(drain(waiting, seats)).toHaveLength(callsFor(waiting, seats));
      expect(countCalls(waiting, seats)).toBe(callsFor(waiting, seats));
    });
    expect(countCalls([], 50)).toBe(0);
  });

  it('answers each question in the call of the number that is told ahead, where none is more urgent', () => {
    planned((waiting, seats) => {
      const alike = waiting.map((one) => ({ ...one, leaveByMs: 10, background: false }));
      const numbers = numberCalls(alike, seats);
      expect(numbers.size).toBe(alike.length);
      for (const [i, { questions: answered }] of drain(alike, seats).entries()) {
        for (const one of answered) expect(numbers.get(one)).toBe(i + 1);
      }
    });
  });
});
