import { checkAccess } from '../../support/access-model';
import { PROCESSES } from '../../support/access-schedules';

/** Of each kind of process; test/properties/access-model.test.ts runs 100,000 schedules. */
const ROUNDS = 1;
const SCHEDULES_PER_PROCESS = 100;

// Most loads are refused, and no test looks at stack traces.
const { stackTraceLimit } = Error;
beforeAll(() => (Error.stackTraceLimit = 0));
afterAll(() => (Error.stackTraceLimit = stackTraceLimit));

test('no principal ever receives a field of another company or of a user outside its policy, cached or not, merged or not', async () => {
  const seen = await checkAccess(ROUNDS, SCHEDULES_PER_PROCESS);

  const schedules = ROUNDS * PROCESSES.length * SCHEDULES_PER_PROCESS;
  expect(seen.schedules).toBe(schedules);
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(schedules / 100);
}, 60_000);
