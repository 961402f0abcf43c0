import { createCallBudgets } from '../../../src/auth/call-budget';
import type { Principal } from '../../../src/domain/principal';
import { ManualClock } from '../../support/manual-clock';

const WINDOW_MS = 60_000;
const person = (name: string): Principal => ({ kind: 'user', name, policy: 'self', ids: [] });

function open() {
  const clock = new ManualClock();
  const budgetOf = createCallBudgets({ quotaCalls: 20, windowMs: WINDOW_MS, nowMs: clock.now });
  return { clock, budgetOf };
}

/** What a reservation is refused with. */
function refusalOf(reserve: () => void): unknown {
  try {
    reserve();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('a caller who may only read their own tasks', () => {
  it('has half of the quota asked at most, however many operations that takes', () => {
    const { budgetOf } = open();
    for (let i = 0; i < 10; i += 1) budgetOf(person('a')).reserve(1);

    const refusal = refusalOf(() => {
      budgetOf(person('a')).reserve(1);
    });
    expect(refusal).toMatchObject({ code: 'RATE_LIMITED', details: { retryAfterMs: WINDOW_MS } });
    budgetOf(person('b')).reserve(10);
  });

  it('is charged with what an operation has really cost', () => {
    const { budgetOf } = open();
    for (let i = 0; i < 100; i += 1) {
      const budget = budgetOf(person('a'));
      budget.reserve(5);
      budget.settle(0);
    }
    budgetOf(person('a')).reserve(10);
  });

  it('has it anew a window later, and not before', () => {
    const { clock, budgetOf } = open();
    budgetOf(person('a')).reserve(10);
    clock.advance(WINDOW_MS - 1);
    expect(() => {
      budgetOf(person('a')).reserve(1);
    }).toThrow();
    clock.advance(1);
    budgetOf(person('a')).reserve(10);
  });

  it('is told what no operation of theirs may cost', () => {
    expect(open().budgetOf(person('a')).mostCalls).toBe(10);
  });
});

describe('a caller who may read everybody', () => {
  it('has the whole quota', () => {
    const { budgetOf } = open();
    const budget = budgetOf({ kind: 'service', name: 'reports', policy: 'all', ids: [] });
    for (let i = 0; i < 100; i += 1) budget.reserve(20);
    expect(budget.mostCalls).toBe(Infinity);
  });
});
