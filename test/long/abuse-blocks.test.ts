import { monitorEventLoopDelay } from 'node:perf_hooks';
import { ABUSE_CORPUS } from '../support/abuse-corpus';
import { startGateway, type TestGateway } from '../support/gateway';
import { sendAbuse } from '../support/send-abuse';

/** Five times what the bench allows a median: that tells a defect from a busy machine. */
const BLOCKED_BOUND_MS = 250;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
  // Code that has not run yet is slow, which is no abuse's doing.
  for (const abuse of ABUSE_CORPUS) await sendAbuse(gateway, abuse);
});
afterAll(() => gateway.close());

/** The longest time that no other work had a turn of the event loop. */
async function longestBlockMs(work: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await work();
  delay.disable();
  return delay.max / 1e6;
}

describe('A refused operation does not block the event loop for long', () => {
  test.each(ABUSE_CORPUS)('$name', async (abuse) => {
    // The shortest of three: a collection of garbage may fall into one.
    const blocks = [
      await longestBlockMs(() => sendAbuse(gateway, abuse)),
      await longestBlockMs(() => sendAbuse(gateway, abuse)),
      await longestBlockMs(() => sendAbuse(gateway, abuse)),
    ];

    expect(Math.min(...blocks)).toBeLessThan(BLOCKED_BOUND_MS);
  });
});
