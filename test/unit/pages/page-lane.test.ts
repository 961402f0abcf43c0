import { createPageLane } from '../../../src/pages/page-lane';
import { createGate, MINUTE_MS } from '../../support/batching-world';
import { VirtualClock } from '../../support/virtual-clock';

test('A call that no operation waits for any more does not count as waiting', async () => {
  const clock = new VirtualClock();
  const gate = createGate({ calls: 1, windowMs: MINUTE_MS }, clock);
  let waitingCalls = () => NaN;
  const watchWaitingCalls = (read: () => number) => (waitingCalls = read);
  const lane = createPageLane({ ...gate, watchWaitingCalls }, clock);
  const sent: string[] = [];
  const failed: string[] = [];
  let hasClient = true;
  const call = (name: string, isAbandoned = () => false) => {
    lane.add({
      ...{ isAbandoned, refuseLate: () => undefined },
      send: () => sent.push(name),
      fail: () => failed.push(name),
    });
  };
  clock.at(0, () => {
    call('one');
    call('other', () => !hasClient);
  });
  const seen: number[] = [];
  clock.at(1_000, () => {
    seen.push(waitingCalls());
    hasClient = false;
    seen.push(waitingCalls());
    lane.noteChange();
  });
  await clock.run();

  expect(seen).toEqual([1, 0]);
  expect({ sent, failed }).toEqual({ sent: ['one'], failed: ['other'] });
});
