import { monitorEventLoopDelay } from 'node:perf_hooks';
import { UsersTasksDocument } from '../generated/operations';
import { ABUSE_CORPUS } from '../support/corpus/abuse-corpus';
import { sendAbuse } from '../support/corpus/send-abuse';
import { expectOwnTasks, openIds } from '../support/expected';
import { startGateway, type TestGateway } from '../support/gateway';

/** Five times the bound of the bench for a median, which separates a defect from a busy machine. */
const BLOCKED_BOUND_MS = 250;
/** With the whole corpus queued before the request. */
const NEIGHBOUR_BOUND_MS = 5_000;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
  // Warms up: code that runs for the first time is slow.
  for (const abuse of ABUSE_CORPUS) await sendAbuse(gateway, abuse);
});
afterAll(() => gateway.close());

/** The longest time for which the event loop was blocked. */
async function longestBlockMs(work: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await work();
  delay.disable();
  return delay.max / 1e6;
}

describe('A refused operation does not block the event loop for long', () => {
  test.each(ABUSE_CORPUS)('$name', async (abuse) => {
    // The shortest of three, since a garbage collection may fall into one.
    const blocks = [
      await longestBlockMs(() => sendAbuse(gateway, abuse)),
      await longestBlockMs(() => sendAbuse(gateway, abuse)),
      await longestBlockMs(() => sendAbuse(gateway, abuse)),
    ];

    expect(Math.min(...blocks)).toBeLessThan(BLOCKED_BOUND_MS);
  });
});

test('A page of 100 users is answered soon while all abusive requests arrive at once', async () => {
  const userIds = openIds(gateway.emulator.people.slice(0, 100));
  gateway.emulator.clearCalls();
  const abuse = Promise.all(ABUSE_CORPUS.map((one) => sendAbuse(gateway, one)));
  const startedMs = performance.now();
  const { data, errors } = await gateway.query(UsersTasksDocument, {
    semesterId: gateway.semesterId,
    ids: userIds,
  });
  const tookMs = performance.now() - startedMs;
  await abuse;

  expect(errors).toEqual([]);
  expectOwnTasks(gateway, userIds, data?.users.map(({ stageTasks }) => stageTasks) ?? []);
  expect(gateway.emulator.callsOf('find_by_user_list')).toHaveLength(2);
  expect(tookMs).toBeLessThan(NEIGHBOUR_BOUND_MS);
});
