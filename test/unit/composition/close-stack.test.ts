import { setImmediate as turn } from 'node:timers/promises';
import { createCloseStack } from '../../../src/composition/close-stack';
import { createLogger } from '../../../src/observability/logger';

let lines: Record<string, unknown>[];
let closed: string[];
beforeEach(() => {
  lines = [];
  closed = [];
});

const log = createLogger('info', {
  write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
});
const BROKEN = new Error('cannot close');

test('Resources are closed one after the other, the last one first', async () => {
  const stack = createCloseStack(log);
  stack.push('first', () => {
    closed.push('first');
  });
  stack.push('second', async () => {
    await turn();
    closed.push('second');
  });
  stack.push('third', () => {
    closed.push('third');
  });
  await stack.close();

  expect(closed).toEqual(['third', 'second', 'first']);
  expect(lines).toEqual([]);
});

test('The first close starts in the same turn, so that a drain is visible at once', () => {
  const stack = createCloseStack(log);
  stack.push('drain', () => {
    closed.push('drain');
  });
  void stack.close();

  expect(closed).toEqual(['drain']);
});

test.each([
  ['rejects', () => Promise.reject(BROKEN)],
  [
    'throws',
    () => {
      throw BROKEN;
    },
  ],
])(
  'A close that %s is logged and reported, and the other resources are closed',
  async (_, broken) => {
    const stack = createCloseStack(log);
    stack.push('first', () => {
      closed.push('first');
    });
    stack.push('broken', broken);
    stack.push('third', () => {
      closed.push('third');
    });

    await expect(stack.close()).rejects.toBe(BROKEN);
    expect(closed).toEqual(['third', 'first']);
    expect(lines).toEqual([
      expect.objectContaining({
        level: 50,
        resource: 'broken',
        err: expect.objectContaining({ message: BROKEN.message }),
        msg: 'close failed',
      }),
    ]);
  },
);

test('Every close that fails is logged', async () => {
  const stack = createCloseStack(log);
  stack.push('first', () => Promise.reject(BROKEN));
  stack.push('second', () => Promise.reject(BROKEN));

  await expect(stack.close()).rejects.toBe(BROKEN);
  expect(lines.map(({ resource }) => resource)).toEqual(['second', 'first']);
});

test('A failing log keeps no resource open', async () => {
  const full = createLogger('info', {
    write() {
      throw new Error('no space left on device');
    },
  });
  const stack = createCloseStack(full);
  stack.push('first', () => {
    closed.push('first');
  });
  stack.push('broken', () => Promise.reject(BROKEN));

  await expect(stack.close()).rejects.toThrow();
  expect(closed).toEqual(['first']);
});

test('A second close does nothing', async () => {
  const stack = createCloseStack(log);
  stack.push('first', () => {
    closed.push('first');
  });
  const once = stack.close();
  expect(stack.close()).toBe(once);
  await once;
  expect(stack.close()).toBe(once);

  expect(closed).toEqual(['first']);
});
