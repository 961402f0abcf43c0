import { checkAccess } from '../support/access-model';
import { PROCESSES } from '../support/access-schedules';

/** 112 processes, each of 1,000 schedules. */
const ROUNDS = 7;
const SCHEDULES_PER_PROCESS = 1_000;
const MAY_TAKE_MS = 240_000;

// Most loads here are refused, and no test reads the stack of an error.
const { stackTraceLimit } = Error;
beforeAll(() => (Error.stackTraceLimit = 0));
afterAll(() => (Error.stackTraceLimit = stackTraceLimit));

test(
  'No principal receives a field of another company or of a user outside its policy, cached or not, merged or not',
  async () => {
    const seen = await checkAccess(ROUNDS, SCHEDULES_PER_PROCESS);

    const schedules = ROUNDS * PROCESSES.length * SCHEDULES_PER_PROCESS;
    expect(seen.schedules).toBe(schedules);
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(schedules / 100);
  },
  MAY_TAKE_MS,
);
