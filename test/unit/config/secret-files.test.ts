import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../../src/config';
import { fileVariableOf, SECRET_VARIABLES } from '../../../src/config.secrets';
import { VARIABLES } from '../../../src/config.variables';
import { APP_SECRET, faultsOf } from '../../support/config-faults';

let directory: string;
beforeAll(() => (directory = mkdtempSync(join(tmpdir(), 'secrets-'))));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function fileWith(content: string | Uint8Array): string {
  const path = join(directory, 'secret');
  writeFileSync(path, content);
  return path;
}

const APP = { FEISHU_APP_ID: 'cli_a1b2c3', AUTH_ANONYMOUS: 'all' };
const withSecretIn = (path: string) => ({ ...APP, FEISHU_APP_SECRET_FILE: path });

describe('A secret from a file', () => {
  test.each([
    ['as it is', APP_SECRET],
    ['without the line break at its end', `${APP_SECRET}\n`],
    ['without the line break of Windows', `${APP_SECRET}\r\n`],
    ['without the byte order mark', `\ufeff${APP_SECRET}`],
  ])('is used %s', (_, content) => {
    const { upstream } = loadConfig(withSecretIn(fileWith(content)));

    expect(upstream).toMatchObject({ kind: 'feishu', appId: 'cli_a1b2c3' });
    expect(upstream.kind === 'feishu' && upstream.appSecret.reveal()).toBe(APP_SECRET);
  });

  test('keeps its spaces', () => {
    const { upstream } = loadConfig(withSecretIn(fileWith(' a b \n')));

    expect(upstream.kind === 'feishu' && upstream.appSecret.reveal()).toBe(' a b ');
  });

  const VALUES: Record<(typeof SECRET_VARIABLES)[number], string> = {
    FEISHU_APP_SECRET: APP_SECRET,
    FEISHU_EVENT_VERIFICATION_TOKEN: 'v'.repeat(32),
    FEISHU_EVENT_ENCRYPT_KEY: 'k'.repeat(32),
    REDIS_URL: 'redis://:password@redis:6379',
    AUTH_SERVICE_TOKENS: `reports:${'ab'.repeat(32)}`,
    AUTH_ROUTER_SECRET: 'r'.repeat(32),
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=s3cret',
  };

  test.each(SECRET_VARIABLES)('is the same as %s itself', (variable) => {
    const path = fileWith(`${VALUES[variable]}\n`);
    const given = { ...APP, ...VALUES };
    const fromFile = { ...given, [variable]: '', [fileVariableOf(variable)]: path };

    expect(loadConfig(fromFile)).toEqual(loadConfig(given));
  });

  test('is checked like one from the environment, and is not quoted', () => {
    const path = fileWith('http://user:hunter2@redis');

    expect(faultsOf({ REDIS_URL_FILE: path })).toEqual([
      'REDIS_URL: expected redis://, rediss:// or redis+sentinel://host:port,host2:port/master, with a user and password if need be, ' +
        'got a text of 25 characters',
    ]);
  });
});

describe('The gateway does not start', () => {
  test('with a secret and a file for it', () => {
    const given = { ...withSecretIn(fileWith('another')), FEISHU_APP_SECRET: APP_SECRET };

    expect(faultsOf(given)).toEqual([
      'FEISHU_APP_SECRET_FILE: expected this or FEISHU_APP_SECRET, got both',
    ]);
  });

  test.each([
    ['a missing file', () => join(directory, 'hunter2'), 'ENOENT'],
    ['a folder', () => directory, 'EISDIR'],
    [
      'a file that is no text',
      () => fileWith(Uint8Array.of(0xff, 0xfe)),
      'ERR_ENCODING_INVALID_ENCODED_DATA',
    ],
    ['a path that no file can have', () => 'hunter2\0', 'ERR_INVALID_ARG_VALUE'],
  ])('with %s, and the fault quotes neither path nor content', (_, pathOf, code) => {
    expect(faultsOf(withSecretIn(pathOf()))).toEqual([
      `FEISHU_APP_SECRET_FILE: expected the path of a readable text file, got ${code}`,
    ]);
  });

  test.each(['', '\n', '\r\n\r\n'])('with a file that has only %j', (content) => {
    expect(faultsOf(withSecretIn(fileWith(content)))).toEqual([
      'FEISHU_APP_SECRET_FILE: expected a file with the secret in it, got an empty one',
    ]);
  });

  test('with a file of several lines', () => {
    expect(faultsOf(withSecretIn(fileWith('hunter2\nhunter3\n')))).toEqual([
      'FEISHU_APP_SECRET_FILE: expected a file of one line, got several lines',
    ]);
  });
});

/** Their names sound like secrets, but their values are none. */
const NO_SECRETS = [
  'FEISHU_TOKEN_ENDPOINT',
  'FEDERATION_USER_KEY',
  'AUTH_FEISHU_TENANT_KEY',
  'AUTH_ROUTER_SECRET_HEADER',
];

test('Each variable that sounds like a secret is in the list of secrets', () => {
  const known: readonly string[] = [...SECRET_VARIABLES, ...NO_SECRETS];
  const sounding = Object.keys(VARIABLES.shape).filter((name) =>
    /SECRET|TOKEN|PASSWORD|KEY|REDIS/.test(name),
  );

  expect(sounding.filter((name) => !known.includes(name))).toEqual([]);
  expect(SECRET_VARIABLES.filter((name) => !(name in VARIABLES.shape))).toEqual([]);
});
