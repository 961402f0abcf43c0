import { createLogger } from '../../../src/observability/logger';

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
