import { openIds } from '../support/expected';
import { startGateway } from '../support/gateway';

test('A thousand operations at once on a cold start fetch one token', async () => {
  const gateway = await startGateway();
  try {
    const userIds = openIds(gateway.emulator.people.slice(0, 1_000));
    const answers = await Promise.all(userIds.map((id) => gateway.readTasks([id])));

    expect(gateway.emulator.callsOf('tenant_token')).toHaveLength(1);
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    const answered = answers.map(({ data }) => data?.users[0]?.stageTasks?.user.id);
    for (const [i, id] of answered.entries()) if (id !== undefined) expect(id).toBe(userIds[i]);
    expect(answered.filter((id) => id !== undefined).length).toBeGreaterThan(800);
  } finally {
    await gateway.close();
  }
}, 60_000);
