import { format, inspect } from 'node:util';
import { Secret } from '../../../src/domain/secret';
import { createLogger } from '../../../src/observability/logger';

const PASSWORD = 'dskLLdkasdjlasdKK';
const secret = new Secret(PASSWORD);
const nested = { upstream: { app: [{ credential: secret }] } };

/** The log after `write` has written to it. */
function logged(write: (log: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(createLogger('trace', { write: (line) => lines.push(line) }));
  return lines.join('');
}

describe('a secret', () => {
  test('is revealed to code that asks for it by name', () => {
    expect(secret.reveal()).toBe(PASSWORD);
  });

  test.each([
    ['as text', () => String(secret)],
    // eslint-disable-next-line @typescript-eslint/restrict-template-expressions -- the case under test
    ['in a template', () => `${secret}`],
    ['in a list of words', () => [secret].join()],
    ['in JSON', () => JSON.stringify(secret)],
    ['deep inside JSON', () => JSON.stringify(nested)],
    ['in a debugger', () => inspect(secret)],
    ['deep inside a debugger', () => inspect(nested, { depth: null, showHidden: true })],
    ['in console output', () => format('%s %o %O %j', secret, secret, nested, nested)],
    [
      'in the log',
      () =>
        logged((log) => {
          log.info({ credential: secret }, 'hello');
        }),
    ],
    [
      'deep inside the log',
      () =>
        logged((log) => {
          log.info(nested, 'hello');
        }),
    ],
  ])('does not show itself %s', (_, show) => {
    const shown = show();
    expect(shown).toContain('[secret]');
    expect(shown).not.toContain(PASSWORD);
  });

  test('does not show itself when custom inspection is switched off', () => {
    expect(inspect(nested, { customInspect: false, depth: null, showHidden: true })).not.toContain(
      PASSWORD,
    );
  });

  test('does not show itself in its own properties', () => {
    const parts = [
      Object.assign({}, secret),
      Object.getOwnPropertyNames(secret),
      structuredClone(secret),
    ];
    expect(JSON.stringify(parts)).not.toContain(PASSWORD);
  });
});
