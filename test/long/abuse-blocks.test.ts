import { monitorEventLoopDelay } from 'node:perf_hooks';
import { ABUSE_CORPUS } from '../support/corpus/abuse-corpus';
import { startGateway, type TestGateway } from '../support/gateway';
import { sendAbuse } from '../support/corpus/send-abuse';

/** Five times the bound of the bench for a median, which separates a defect from a busy machine. */
const BLOCKED_BOUND_MS = 250;
/** Of a request with the whole corpus queued before it. */
const ANSWERED_BOUND_MS = 5_000;

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

test('A request is answered soon while all abusive ones arrive at once', async () => {
  const abuse = Promise.all(ABUSE_CORPUS.map((one) => sendAbuse(gateway, one)));
  const startedMs = performance.now();
  const { errors } = await gateway.readTasks([gateway.person(0).openId]);
  const tookMs = performance.now() - startedMs;
  await abuse;

  expect(errors).toEqual([]);
  expect(tookMs).toBeLessThan(ANSWERED_BOUND_MS);
});
