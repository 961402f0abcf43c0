import { PassThrough } from 'node:stream';
import { createLineWriter, createLogger, flushLog } from '../../../src/observability/logger';
import { until } from '../../support/until';

test('An error is logged without the URL that Node adds', () => {
  let line = '';
  const log = createLogger('info', { write: (text) => (line = text) });
  try {
    new URL('/graphql?query={user(id:"ou_a"){id}}', 'http://[/');
  } catch (err) {
    log.error({ err }, 'request failed');
  }

  expect(JSON.parse(line)).toMatchObject({
    err: { type: 'TypeError', message: 'Invalid URL', code: 'ERR_INVALID_URL' },
  });
  expect(line).not.toContain('ou_a');
});

test.each<[string, unknown, object]>([
  ['a text', 'no disk', { message: 'no disk' }],
  ['null', null, { message: 'null' }],
  ['a number', 7, { message: '7' }],
  ['a null-prototype object', Object.create(null), { message: '[Object: null prototype] {}' }],
  ['an object, without its properties', { id: 'ou_a' }, { message: '[Object]' }],
  [
    'several errors in one',
    new AggregateError([new Error('IPv6 refused'), 'IPv4 refused'], 'all failed'),
    { type: 'AggregateError', message: 'all failed', errors: ['IPv6 refused', 'IPv4 refused'] },
  ],
])('%s can be logged as an error', (_, err, logged) => {
  let line = '';
  createLogger('info', { write: (text) => (line = text) }).error({ err }, 'request failed');

  expect(JSON.parse(line)).toMatchObject({ err: logged });
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
    const texts: string[] = [];
    output.on('data', (bytes: Buffer) => texts.push(bytes.toString()));
    await until(() => output.writableLength === 0);
    const kept = texts.splice(0).length;
    writer.write('{"msg":"next"}\n');
    writer.write('{"msg":"last"}\n');
    await until(() => texts.length === 3);

    expect(texts.map((text) => JSON.parse(text) as object)).toMatchObject([
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
