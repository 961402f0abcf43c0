import { linesWithSecrets, secretsIn } from '../../support/log-secrets';

// All tests that start a gateway rely on this search, so that it must find secrets.

test.each([
  ['a tenant token', `{"a":"t-${'0'.repeat(40)}"}`],
  ['a user token', `{"a":"u-${'f'.repeat(40)}"}`],
  ['a JWT', '{"a":"eyJhbGciOiJSUzI1NiJ9.e30.x"}'],
  ['a header', '{"a":"bearer x"}'],
  ['an open ID', `{"a":"ou_${'a'.repeat(32)}"}`],
  ['a union ID', `{"a":"on_${'a'.repeat(32)}"}`],
])('A log line with %s is found', (_, line) => {
  expect(linesWithSecrets(['{"msg":"operation"}', line], new Set())).toEqual([line]);
});

test('A secret that a test has sent is found in any log line', () => {
  const secrets = secretsIn({
    Authorization: 'Bearer some-token',
    'x-router-secret': 'some-secret',
    'x-user-id': 'person',
  });
  expect(secrets).toEqual(['some-token', 'some-secret']);
  const lines = ['{"a":"person"}', '{"a":"x some-token"}', '{"a":"some-secret"}'];
  expect(linesWithSecrets(lines, new Set(secrets))).toEqual(lines.slice(1));
});
