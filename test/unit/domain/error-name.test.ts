import { errorName } from '../../../src/domain/error-name';

const SYSTEM_ERROR = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
/** As a `DOMException`, which is an error of another realm here. */
const TIMEOUT = Object.assign(new Error('late'), { name: 'TimeoutError', code: 23 });

test.each([
  ['an error', new RangeError('at https://example.com/?token=a'), 'RangeError'],
  ['an error with a code', SYSTEM_ERROR, 'Error ECONNREFUSED'],
  ['its cause', new TypeError('fetch failed', { cause: SYSTEM_ERROR }), 'Error ECONNREFUSED'],
  ['an error whose code is a number', TIMEOUT, 'TimeoutError'],
  ['a thrown text', 'ou_a', 'string'],
  ['a thrown undefined', undefined, 'undefined'],
])('The log names %s', (_, error: unknown, name) => {
  expect(errorName(error)).toBe(name);
});
