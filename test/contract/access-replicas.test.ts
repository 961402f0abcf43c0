import { checkAccess } from '../support/access-model';
import { processesWith } from '../support/access-schedules';
import { describeWithRedis } from '../support/describe-with-redis';
import { startRedis, type TestRedis } from '../support/redis';

/** Of each kind of process; test/long/access-replicas.test.ts runs more. */
const SCHEDULES_PER_PROCESS = 100;

describeWithRedis('Two replicas that share one Redis', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  test('show no principal a field of another company or of a user outside its policy', async () => {
    const processes = processesWith(redis.url);
    const seen = await checkAccess(1, SCHEDULES_PER_PROCESS, processes);

    const schedules = processes.length * SCHEDULES_PER_PROCESS;
    expect(seen.schedules).toBe(schedules);
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0);
  }, 60_000);
});
