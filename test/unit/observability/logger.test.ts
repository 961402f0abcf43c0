import { PassThrough } from 'node:stream';
import { createLineWriter, createLogger, flushLog } from '../../../src/observability/logger';

test('An error is logged without the URL that Node adds to it', () => {
  let line = '';
  const log = createLogger('info', { write: (text) => (line = text) });
  try {
    new URL('/graphql?query={user(id:"ou_a"){id}}', 'http://[/');
  } catch (err) {
    log.error({ err }, 'a request broke');
  }

  expect(JSON.parse(line)).toMatchObject({
    err: { type: 'TypeError', message: 'Invalid URL', code: 'ERR_INVALID_URL' },
  });
  expect(line).not.toContain('ou_a');
});

describe('Lines for a reader that does not read', () => {
  const LINE = `${'x'.repeat(1024 * 1024)}\n`;

  test('wait up to a limit, beyond which they are dropped', () => {
    const output = new PassThrough();
    const writer = createLineWriter(output);
    for (let i = 0; i < 100; i += 1) writer.write(LINE);
    const pendingLines = (output.writableLength + output.readableLength) / LINE.length;

    expect(pendingLines).toBeGreaterThan(5);
    expect(pendingLines).toBeLessThan(15);
  });

  test('do not hold up the exit', async () => {
    const output = new PassThrough();
    createLineWriter(output).write(LINE);
    await flushLog(output, 10);
    output.destroy();
    await flushLog(output, 60_000);
  });

  test('are dropped when it has gone', () => {
    const output = new PassThrough();
    const writer = createLineWriter(output);
    output.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    expect(() => {
      writer.write(LINE);
    }).not.toThrow();
  });
});
