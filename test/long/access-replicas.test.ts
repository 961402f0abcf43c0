import { checkAccess } from '../support/access-model';
import { processesWith } from '../support/access-schedules';
import { describeWithRedis } from '../support/describe-with-redis';
import { startRedis, type TestRedis } from '../support/redis';

const SCHEDULES_PER_PROCESS = 1_000;
const MAY_TAKE_MS = 240_000;

// Most loads here are refused, and no test reads the stack of an error.
const { stackTraceLimit } = Error;
beforeAll(() => (Error.stackTraceLimit = 0));
afterAll(() => (Error.stackTraceLimit = stackTraceLimit));

describeWithRedis('Two replicas that share one Redis', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  test(
    'show no principal a field of another company or of a user outside its policy',
    async () => {
      const processes = processesWith(redis.url);
      const seen = await checkAccess(1, SCHEDULES_PER_PROCESS, processes);

      const schedules = processes.length * SCHEDULES_PER_PROCESS;
      expect(seen.schedules).toBe(schedules);
      for (const count of Object.values(seen)) expect(count).toBeGreaterThan(schedules / 100);
    },
    MAY_TAKE_MS,
  );
});
