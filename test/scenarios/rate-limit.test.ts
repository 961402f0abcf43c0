import { SemesterTasksDocument } from '../generated/operations';
import { expectOwnTasks, openIds } from '../support/expected';
import { startGateway, type TestGateway } from '../support/gateway';

let gateway: TestGateway | undefined;
afterEach(() => gateway?.close());

describe('Over the limit, a call waits as long as upstream says and is then answered', () => {
  test.each([429, 400] as const)('when upstream says so under HTTP %s', async (rateLimitStatus) => {
    gateway = await startGateway({
      emulator: { quotaCalls: 1, quotaWindowSeconds: 1, rateLimitStatus },
    });
    const { emulator, semesterId } = gateway;
    const userIds = openIds(emulator.people.slice(0, 100));
    const { data, errors } = await gateway.query(SemesterTasksDocument, { semesterId, userIds });

    expect(errors).toEqual([]);
    expectOwnTasks(gateway, userIds, data?.semester?.userStageTasks ?? []);
    const statuses = emulator.callsOf('find_by_user_list').map((call) => call.status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(2);
    expect(statuses).toContain(rateLimitStatus);
  });
});

test('A wait that the deadline does not allow is refused at once, with the time to come back', async () => {
  gateway = await startGateway({ emulator: { quotaCalls: 1, quotaWindowSeconds: 60 } });
  const { emulator, semesterId } = gateway;
  const [first = '', second = ''] = openIds(emulator.people);
  await gateway.query(SemesterTasksDocument, { semesterId, userIds: [first] });
  const { errors } = await gateway.query(SemesterTasksDocument, { semesterId, userIds: [second] });

  expect(errors).toHaveLength(1);
  expect(errors[0]?.extensions).toMatchObject({
    code: 'UPSTREAM_RATE_LIMITED',
    upstream: { code: 99991400, httpStatus: 429 },
  });
  const retryAfterMs = errors[0]?.extensions.retryAfterMs ?? 0;
  expect(retryAfterMs).toBeGreaterThan(15_000);
  expect(retryAfterMs).toBeLessThanOrEqual(60_000);
  expect(emulator.callsOf('find_by_user_list')).toHaveLength(2);
});
