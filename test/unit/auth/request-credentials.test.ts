import { credentialsIn } from '../../../src/auth/request-credentials';

const IDENTITY = ['authorization', 'x-user-id'];

test.each([
  ['Bearer abc', 'abc'],
  ['bearer abc', 'abc'],
  ['BEARER   abc', 'abc'],
  ['Bearer a.b-c_d~e+f/g==', 'a.b-c_d~e+f/g=='],
])('The token of %j is %j', (authorization, bearer) => {
  expect(credentialsIn({ authorization: [authorization] }, '127.0.0.1', IDENTITY)).toMatchObject({
    hasAuthorization: true,
    bearer,
  });
});

test.each(['', 'Bearer', 'Bearer ', 'Bearerabc', 'Bearer a b', 'Bearer ä', 'Basic abc', 'abc'])(
  '%j holds credentials without a bearer token',
  (authorization) => {
    const credentials = credentialsIn({ authorization: [authorization] }, '127.0.0.1', IDENTITY);
    expect([credentials.hasAuthorization, credentials.bearer]).toEqual([true, undefined]);
  },
);

test('A repeated header has no value', () => {
  const { header, hasAuthorization } = credentialsIn(
    { 'x-user-id': ['a', 'b'], 'x-one': ['c'] },
    '127.0.0.1',
    IDENTITY,
  );
  expect([header('x-user-id'), header('x-one'), header('x-none')]).toEqual([
    undefined,
    'c',
    undefined,
  ]);
  expect(hasAuthorization).toBe(false);
});

test.each([
  [{ authorization: ['Bearer a', 'Bearer a'] }, true],
  [{ 'x-user-id': ['a', 'b'] }, true],
  [{ authorization: ['Bearer a'], 'x-user-id': ['a'] }, false],
  [{ 'x-forwarded-for': ['10.0.0.1', '10.0.0.2'] }, false],
])('Identity headers count as repeated in %j: %j', (lines: object, isRepeated) => {
  expect(credentialsIn({ ...lines }, '127.0.0.1', IDENTITY).isRepeated).toBe(isRepeated);
});
