import { linesWithSecrets, secretsIn } from '../../support/log-secrets';

// What all tests that start a gateway rely on, so that it has to be able to find something.

test.each([
  ['a tenant token', `{"a":"t-${'0'.repeat(40)}"}`],
  ['a user token', `{"a":"u-${'f'.repeat(40)}"}`],
  ['a JWT', '{"a":"eyJhbGciOiJSUzI1NiJ9.e30.x"}'],
  ['a header', '{"a":"bearer x"}'],
  ['an open ID', `{"a":"ou_${'a'.repeat(32)}"}`],
  ['a union ID', `{"a":"on_${'a'.repeat(32)}"}`],
])('%s in a log line is found, whoever it belongs to', (_, line) => {
  expect(linesWithSecrets(['{"msg":"operation"}', line], new Set())).toEqual([line]);
});

test('What was sent as a secret is found wherever it turns up', () => {
  const secrets = secretsIn({
    Authorization: 'Bearer some-token',
    'x-router-secret': 'some-secret',
    'x-user-id': 'somebody',
  });
  expect(secrets).toEqual(['some-token', 'some-secret']);
  const lines = ['{"a":"somebody"}', '{"a":"x some-token"}', '{"a":"some-secret"}'];
  expect(linesWithSecrets(lines, new Set(secrets))).toEqual(lines.slice(1));
});
