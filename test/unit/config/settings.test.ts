import { readSettings } from '../../../src/config';
import { fileVariableOf, SECRET_VARIABLES } from '../../../src/config.secrets';
import { VARIABLES } from '../../../src/config.variables';

test('The settings are the variables of the gateway that are set, and no others', () => {
  expect(readSettings({ PORT: '8080', HOST: '', PATH: '/usr/bin', LOG_LEVEL: 'debug' })).toEqual({
    PORT: '8080',
    LOG_LEVEL: 'debug',
  });
  expect(readSettings({})).toEqual({});
});

test('Of a secret, and of the path of its file, they have only that it is set', () => {
  const secrets = SECRET_VARIABLES.flatMap((name) => [name, fileVariableOf(name)]);
  const given = Object.fromEntries(secrets.map((name) => [name, 'hunter2']));

  expect(readSettings(given)).toEqual(Object.fromEntries(secrets.map((name) => [name, 'set'])));
});

test.each([
  ['https://issuer.example.com/keys', 'https://issuer.example.com/keys'],
  [
    'https://user:hunter2@issuer.example.com/keys',
    'https://issuer.example.com/keys (without credentials and query)',
  ],
  [
    'https://issuer.example.com/keys?key=hunter2',
    'https://issuer.example.com/keys (without credentials and query)',
  ],
])('Of the URL %s, they have %s', (url, shown) => {
  expect(readSettings({ AUTH_JWT_JWKS_URL: url })).toEqual({ AUTH_JWT_JWKS_URL: shown });
});

test('They can have every variable', () => {
  const names = Object.keys(VARIABLES.shape);
  const given = Object.fromEntries(names.map((name) => [name, '1']));

  expect(Object.keys(readSettings(given))).toEqual(names);
});
