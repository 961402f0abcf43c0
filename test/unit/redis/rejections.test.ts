import { createLogger } from '../../../src/observability/logger';
import { createRejections } from '../../../src/redis/rejections';
import { ManualClock } from '../../support/manual-clock';

test('All rejected values are counted, and each kind is logged at most once a minute', () => {
  const lines: string[] = [];
  const clock = new ManualClock();
  const count = jest.fn();
  const log = createLogger('info', { write: (line) => lines.push(line) });
  const onRejected = createRejections(log, clock.now, count);
  for (let i = 0; i < 100; i += 1) onRejected('answer');
  onRejected('ledger', 25);
  onRejected('ledger', 0);
  clock.advance(60_000);
  onRejected('answer');

  expect(count).toHaveBeenCalledTimes(102);
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
    { kind: 'answer', rejected: 1 },
    { kind: 'ledger', rejected: 25 },
    { kind: 'answer', rejected: 100 },
  ]);
});
