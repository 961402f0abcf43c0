import { credentialsIn } from '../../../src/auth/request-credentials';
import { rawHeadersOf } from '../../support/raw-headers';

const IDENTITY = ['authorization', 'x-user-id'];

const read = (headers: Record<string, string | string[]>) =>
  credentialsIn(rawHeadersOf(headers), '127.0.0.1', IDENTITY);

test.each([
  ['Bearer abc', 'abc'],
  ['bearer abc', 'abc'],
  ['BEARER   abc', 'abc'],
  ['Bearer a.b-c_d~e+f/g==', 'a.b-c_d~e+f/g=='],
])('The token of %j is %j', (authorization, bearer) => {
  expect(read({ authorization })).toMatchObject({
    hasAuthorization: true,
    bearer,
  });
});

test.each(['', 'Bearer', 'Bearer ', 'Bearerabc', 'Bearer a b', 'Bearer ä', 'Basic abc', 'abc'])(
  '%j holds credentials without a bearer token',
  (authorization) => {
    const credentials = read({ authorization });
    expect([credentials.hasAuthorization, credentials.bearer]).toEqual([true, undefined]);
  },
);

test('A repeated header has no value', () => {
  const { header, hasAuthorization } = read({ 'x-user-id': ['a', 'b'], 'x-one': ['c'] });
  expect([header('x-user-id'), header('x-one'), header('x-none')]).toEqual([
    undefined,
    'c',
    undefined,
  ]);
  expect(hasAuthorization).toBe(false);
});

test.each([
  [{ authorization: ['Bearer a', 'Bearer a'] }, true],
  [{ authorization: 'Bearer a', Authorization: 'Bearer a' }, true],
  [{ 'X-User-ID': 'a', 'X-User-Id': 'b' }, true],
  [{ 'x-user-id': 'a', 'x-user-ib': 'b' }, false],
  [{ 'x-user-id': ['a', 'b'] }, true],
  [{ authorization: ['Bearer a'], 'x-user-id': ['a'] }, false],
  [{ 'x-forwarded-for': ['10.0.0.1', '10.0.0.2'] }, false],
])('Identity headers count as repeated in %j: %j', (headers: object, isRepeated) => {
  expect(read({ ...headers }).isRepeated).toBe(isRepeated);
});

test('Names of headers are read in any case', () => {
  const { bearer, header } = read({ AUTHORIZATION: 'Bearer a', 'X-User-Id': 'ou_a' });
  expect([bearer, header('x-user-id')]).toEqual(['a', 'ou_a']);
});
