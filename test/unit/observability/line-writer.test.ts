import { PassThrough } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createLineWriter, flushLog } from '../../../src/observability/line-writer';
import { createLogger } from '../../../src/observability/logger';
import { until } from '../../support/until';

function recordWrites() {
  const output = new PassThrough();
  const writes: string[] = [];
  output.on('data', (bytes: Buffer) => writes.push(bytes.toString()));
  return { output, writes, writer: createLineWriter(output) };
}

test('Log lines of one turn of the event loop are written together, in their order', async () => {
  const { writer, writes } = recordWrites();
  for (const line of ['a\n', 'b\n', 'c\n']) writer.write(line);
  await nextTurn();
  writer.write('d\n');
  await nextTurn();
  expect(writes).toEqual(['a\nb\nc\n', 'd\n']);
});

test('Many log lines of one turn are written in parts', async () => {
  const { writer, writes } = recordWrites();
  const line = `${'x'.repeat(1_023)}\n`;
  for (let i = 0; i < 100; i += 1) writer.write(line);
  await nextTurn();
  expect(writes.map(({ length }) => length / line.length)).toEqual([64, 36]);
});

test('A fatal log line is written at once, after the lines before it', () => {
  const output = new PassThrough();
  const log = createLogger('info', createLineWriter(output));
  log.info('before');
  expect(output.read()).toBeNull();
  log.fatal('end');
  const text = String(output.read());
  expect(text.split('\n').map((line) => /"msg":"(\w+)"/.exec(line)?.[1])).toEqual([
    'before',
    'end',
    undefined,
  ]);
});

test('A flush of the log waits for the lines of this turn', async () => {
  const { output, writer, writes } = recordWrites();
  writer.write('a\n');
  await flushLog(output, 60_000);
  expect(writes).toEqual(['a\n']);
});

test('Loggers on standard output share one listener', () => {
  createLogger('silent');
  const listeners = process.stdout.listenerCount('error');
  for (let i = 0; i < 20; i += 1) createLogger('silent');

  expect(process.stdout.listenerCount('error')).toBe(listeners);
});

describe('log lines that are not read', () => {
  const LINE = `${'x'.repeat(1024 * 1024)}\n`;

  test('are kept up to a limit, and dropped beyond it', () => {
    const output = new PassThrough();
    const writer = createLineWriter(output);
    for (let i = 0; i < 100; i += 1) writer.write(LINE);
    const pendingLines = (output.writableLength + output.readableLength) / LINE.length;

    expect(pendingLines).toBeGreaterThan(5);
    expect(pendingLines).toBeLessThan(15);
  });

  test('are counted when they are dropped, and their number is logged later', async () => {
    const output = new PassThrough();
    const writer = createLineWriter(output);
    for (let i = 0; i < 100; i += 1) writer.write(LINE);
    let text = '';
    const lines = () => text.split('\n').slice(0, -1);
    output.on('data', (bytes: Buffer) => (text += bytes.toString()));
    await until(() => output.writableLength === 0);
    const kept = lines().length;
    text = '';
    writer.write('{"msg":"next"}\n');
    writer.write('{"msg":"last"}\n');
    await until(() => lines().length === 3);

    expect(lines().map((line) => JSON.parse(line) as object)).toMatchObject([
      { level: 40, msg: 'log lines dropped', dropped: 100 - kept },
      { msg: 'next' },
      { msg: 'last' },
    ]);
  });

  test('do not delay the exit', async () => {
    const output = new PassThrough();
    createLineWriter(output).write(LINE);
    await flushLog(output, 10);
    output.destroy();
    await flushLog(output, 60_000);
  });

  test('are dropped when the reader is gone', () => {
    const output = new PassThrough();
    const writer = createLineWriter(output);
    output.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    expect(() => {
      writer.write(LINE);
    }).not.toThrow();
  });
});
