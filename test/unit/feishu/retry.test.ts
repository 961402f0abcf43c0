import fc from 'fast-check';
import type { FailureRow, RetryRule } from '../../../src/feishu/error-table';
import { withoutAnswer, type Failure } from '../../../src/feishu/failure';
import { nextStep, type Attempts, type RetryLimits } from '../../../src/feishu/retry';

const FIRST: Attempts = { backoffs: 0, tokenRenewed: false };
const LOWEST = 0;
/** The largest number below 1, as near as `Math.random` comes. */
const HIGHEST = 1 - Number.EPSILON / 2;
const RULES: RetryRule[] = ['never', 'backoff', 'after-reset', 'with-new-token'];

function failureWith(retry: RetryRule, resetMs?: number): Failure {
  const row: FailureRow = {
    kind: 'rejected',
    errorCode: 'UPSTREAM_REJECTED',
    retry,
    logLevel: 'warn',
    source: 'this test',
  };
  return { ...withoutAnswer(row), ...(resetMs !== undefined && { resetMs }) };
}

const limits = (random: number, remainingMs = 15_000): RetryLimits => ({
  remainingMs,
  random: () => random,
});

/** The pauses between failing attempts until the gateway gives up. */
function pausesOf(failure: Failure, random: number, attempts: Attempts = FIRST): number[] {
  const step = nextStep(failure, attempts, limits(random, Infinity));
  if (step.kind !== 'wait') return [];
  const next = { ...attempts, backoffs: attempts.backoffs + 1 };
  return [step.ms, ...pausesOf(failure, random, next)];
}

describe('a call that would fail again', () => {
  test('is not retried', () => {
    expect(nextStep(failureWith('never'), FIRST, limits(0.5))).toEqual({ kind: 'give-up' });
  });
});

describe('a call that failed for a moment', () => {
  const fault = failureWith('backoff');

  test('is retried at most twice, after pauses that double', () => {
    expect(pausesOf(fault, LOWEST)).toEqual([100, 200]);
  });

  test('waits up to twice as long at random', () => {
    const [first = 0, second = 0, ...more] = pausesOf(fault, HIGHEST);
    expect(more).toEqual([]);
    expect(first).toBeCloseTo(200, 6);
    expect(first).toBeLessThanOrEqual(200);
    expect(second).toBeCloseTo(400, 6);
    expect(second).toBeLessThanOrEqual(400);
  });

  test('waits within those bounds for any random number', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: HIGHEST, noNaN: true }), (random) => {
        const [first = 0, second = 0] = pausesOf(fault, random);
        expect(first).toBeGreaterThanOrEqual(100);
        expect(first).toBeLessThanOrEqual(200);
        expect(second).toBe(first * 2);
      }),
    );
  });

  test('may be retried after its token was renewed', () => {
    const step = nextStep(fault, { backoffs: 0, tokenRenewed: true }, limits(LOWEST));
    expect(step).toEqual({ kind: 'wait', ms: 100 });
  });
});

describe('a call that was rate limited', () => {
  test('is not retried, since the gate waits for all calls', () => {
    expect(nextStep(failureWith('after-reset', 0), FIRST, limits(0.5))).toEqual({
      kind: 'give-up',
    });
  });
});

describe('a call whose token was refused', () => {
  const refused = failureWith('with-new-token');

  test('is retried once with a new token', () => {
    expect(nextStep(refused, FIRST, limits(0.5))).toEqual({ kind: 'renew-token' });
  });

  test('gives up when the new token is refused too', () => {
    const step = nextStep(refused, { ...FIRST, tokenRenewed: true }, limits(0.5));
    expect(step).toEqual({ kind: 'give-up' });
  });

  test('may renew its token after a failure of a moment', () => {
    const step = nextStep(refused, { ...FIRST, backoffs: 2 }, limits(0.5));
    expect(step).toEqual({ kind: 'renew-token' });
  });
});

describe('a pause that outlasts the deadline', () => {
  test.each([['after a failure of a moment', failureWith('backoff'), 100]])(
    'is not started: %s',
    (_, failure, pauseMs) => {
      const stepWith = (remainingMs: number) =>
        nextStep(failure, FIRST, limits(LOWEST, remainingMs));
      expect(stepWith(pauseMs + 1)).toEqual({ kind: 'wait', ms: pauseMs });
      expect(stepWith(pauseMs)).toEqual({ kind: 'give-up' });
      expect(stepWith(-1)).toEqual({ kind: 'give-up' });
    },
  );

  test('is never started', () => {
    const anyFailure = fc
      .tuple(
        fc.constantFrom(...RULES),
        fc.option(fc.double({ min: 0, noNaN: true }), { nil: undefined }),
      )
      .map(([retry, resetMs]) => failureWith(retry, resetMs));
    const anyLimits = fc
      .tuple(fc.double({ min: 0, max: HIGHEST, noNaN: true }), fc.integer())
      .map(([random, remainingMs]) => limits(random, remainingMs));
    const anyAttempts = fc.record({
      backoffs: fc.nat(3),
      tokenRenewed: fc.boolean(),
    });
    fc.assert(
      fc.property(anyFailure, anyAttempts, anyLimits, (failure, attempts, within) => {
        const step = nextStep(failure, attempts, within);
        if (step.kind === 'wait') expect(step.ms).toBeLessThan(within.remainingMs);
      }),
    );
  });
});
