import { GatewayError, type ErrorCode } from '../../src/domain/errors';
import { errorOf } from './asking';
import { SMALL_QUOTA, inEveryCase } from './batching-cases';
import { mostInAnyWindow } from './batching-world';
import { tasksDue, tasksGot } from './scoped-tasks';

/** The part of an operation's time that is kept for the answer. */
const ANSWER_SHARE = 0.1;

const isRateLimited = (error?: Error) =>
  error instanceof GatewayError && error.code === 'UPSTREAM_RATE_LIMITED';

/** Properties of the batcher, each tested in this many random cases. */
export function describeBatcherProperties(numRuns: number): void {
  describe(`in ${numRuns} random cases`, () => {
    test('every user is answered or fails by the deadline, and none keeps waiting', async () => {
      await inEveryCase(numRuns, ({ asked, batcher }) => {
        for (const { outcome, operation } of asked) {
          expect(outcome).toBeDefined();
          expect(outcome?.atMs).toBeLessThanOrEqual(operation.deadlineAtMs);
        }
        expect(batcher.waitingUsers()).toBe(0);
      });
    });

    test('no operation gets tasks of another user, cycle, ID type, filter or identity', async () => {
      await inEveryCase(numRuns, ({ asked }) => {
        for (const one of asked.filter(({ outcome }) => outcome?.snapshot)) {
          expect(one.outcome?.snapshot?.stageTasks?.userId).toBe(one.userId);
          expect(tasksGot(one)).toEqual(tasksDue(one));
        }
      });
    });

    test('no more calls leave in any window than the quota allows, retries included', async () => {
      await inEveryCase(numRuns, ({ attemptTimesMs }) => {
        expect(mostInAnyWindow(attemptTimesMs, SMALL_QUOTA)).toBeLessThanOrEqual(SMALL_QUOTA.calls);
      });
    });

    test('no call has too many users, no user, or a user twice', async () => {
      await inEveryCase(numRuns, ({ calls }) => {
        for (const { userIds, identity } of calls) {
          expect(userIds.length).toBeGreaterThan(0);
          expect(userIds.length).toBeLessThanOrEqual(identity.kind === 'user' ? 1 : 50);
          expect(new Set(userIds).size).toBe(userIds.length);
        }
      });
    });

    test('a call is aborted only when all of its operations have ended', async () => {
      await inEveryCase(numRuns, ({ calls }) => {
        for (const { abortedAtMs, operations } of calls) {
          if (abortedAtMs !== undefined)
            expect(operations.map(({ signal }) => signal.aborted)).not.toContain(false);
        }
      });
    });

    test('an operation fails only by its own deadline, its own failed call, or its own end', async () => {
      await inEveryCase(numRuns, ({ asked, calls, attemptTimesMs }) => {
        const closedAtMs = calls
          .filter(({ failure }) => isRateLimited(failure))
          .map(({ endedAtMs }) => endedAtMs);
        for (const one of asked.filter(({ outcome }) => outcome?.error)) {
          const { operation, outcome } = one;
          const failed = calls.some(
            (call) => call.failure !== undefined && call.operations.includes(operation),
          );
          const code: ErrorCode | undefined = errorOf(one)?.code;
          if (code === 'UPSTREAM_RATE_LIMITED') {
            expect(errorOf(one)?.details.retryAfterMs).toBeGreaterThanOrEqual(0);
            // It fails when it asks, when its call fails, when the gate closes, or when no call is left in time.
            const told = [one.askedAtMs, ...closedAtMs].includes(outcome?.atMs ?? NaN);
            const spent = attemptTimesMs.filter((ms) => ms <= (outcome?.atMs ?? 0));
            const nextCallAtMs = (spent.at(-SMALL_QUOTA.calls) ?? -Infinity) + SMALL_QUOTA.windowMs;
            const timeMs = operation.deadlineAtMs - one.askedAtMs;
            const tooLate = nextCallAtMs > operation.deadlineAtMs - timeMs * ANSWER_SHARE;
            expect(failed || told || tooLate).toBe(true);
          } else if (code === 'UPSTREAM_UNAVAILABLE') expect(failed).toBe(true);
          else
            expect({ code, gone: operation.signal.aborted }).toEqual({
              code: 'UPSTREAM_TIMEOUT',
              gone: true,
            });
        }
      });
    });
  });
}
