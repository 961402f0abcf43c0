import { loadConfig } from '../../../src/config';
import { APP_SECRET, CREDENTIALS, faultsOf } from '../../support/config-faults';

describe('the credentials', () => {
  test.each([
    ['FEISHU_APP_SECRET', { FEISHU_APP_ID: 'cli_a' }],
    ['FEISHU_APP_ID', { FEISHU_APP_SECRET: APP_SECRET }],
    ['FEISHU_APP_SECRET', { FEISHU_APP_ID: 'cli_a', FEISHU_APP_SECRET: '' }],
  ])('are refused when only %s is missing', (missing, given) => {
    expect(faultsOf({ ...given, AUTH_ANONYMOUS: 'all' })).toEqual([
      `${missing}: expected both FEISHU_APP_ID and FEISHU_APP_SECRET or neither, got one`,
    ]);
  });

  test('are needed in production, where no client should be answered with invented people', () => {
    expect(faultsOf({ NODE_ENV: 'production' })).toEqual([
      'FEISHU_APP_ID, FEISHU_APP_SECRET: expected both in production, got neither ' +
        '(the embedded emulator answers with invented people)',
    ]);
    expect(faultsOf({ NODE_ENV: 'production', ...CREDENTIALS })).toEqual([]);
  });

  test('are needed with an upstream of its own', () => {
    expect(faultsOf({ FEISHU_BASE_URL: 'https://feishu.example.com' })).toEqual([
      'FEISHU_BASE_URL: expected FEISHU_APP_ID and FEISHU_APP_SECRET with it, got neither',
    ]);
  });
});

describe('AUTH_ANONYMOUS=all', () => {
  test.each([
    ['with real credentials', { ...CREDENTIALS, AUTH_ANONYMOUS: undefined }],
    ['when other machines can reach the port', { HOST: '0.0.0.0' }],
    ['when other machines can reach the port over IPv6', { HOST: '::' }],
    ['when other machines can reach the port by name', { HOST: 'gateway.internal' }],
    ['when the host only looks like this machine', { HOST: '127.0.0.1.example.com' }],
  ])('is required %s', (_, environment) => {
    const [fault, ...others] = faultsOf(environment);
    expect(others).toEqual([]);
    expect(fault).toMatch(
      /^AUTH_ANONYMOUS: expected "all" or a way to authenticate, got neither\. /,
    );
    expect(faultsOf({ ...environment, AUTH_ANONYMOUS: 'all' })).toEqual([]);
  });

  test.each([
    {},
    { HOST: '127.0.0.1' },
    { HOST: '127.0.0.2' },
    { HOST: 'localhost' },
    { HOST: '::1' },
  ])('is not required for the emulator on this machine alone, as with %j', (environment) => {
    expect(faultsOf(environment)).toEqual([]);
  });
});

describe('the explorers', () => {
  const PRODUCTION = { ...CREDENTIALS, NODE_ENV: 'production' };
  const BOTH = { graphiql: true, apollo: true };
  const NONE = { graphiql: false, apollo: false };

  test.each([
    ['are both on', {}, BOTH],
    ['are both on with EXPLORER=on', { EXPLORER: 'on' }, BOTH],
    ['are off in production', PRODUCTION, NONE],
    ['are both on in production with EXPLORER=on', { ...PRODUCTION, EXPLORER: 'on' }, BOTH],
    ['are off with EXPLORER=off', { EXPLORER: 'off' }, NONE],
    ['are GraphiQL alone if chosen', { EXPLORER: 'graphiql' }, { graphiql: true, apollo: false }],
    ["are Apollo's alone if chosen", { EXPLORER: 'apollo' }, { graphiql: false, apollo: true }],
  ])('%s', (_, environment, explorer) => {
    expect(loadConfig(environment).explorer).toEqual(explorer);
  });

  const STUDIO = 'https://studio.apollographql.com';
  const APP = 'https://app.example.com';

  test.each([
    ["with Apollo's Explorer", {}, [STUDIO]],
    ['once, although CORS_ORIGINS names it too', { CORS_ORIGINS: STUDIO }, [STUDIO]],
    ['after the origins of CORS_ORIGINS', { CORS_ORIGINS: APP }, [APP, STUDIO]],
    ['never with GraphiQL alone', { EXPLORER: 'graphiql' }, []],
    ['never without an explorer', { EXPLORER: 'off' }, []],
    ['never in production', { ...PRODUCTION, EXPLORER: 'on' }, []],
    ['in production if CORS_ORIGINS names it', { ...PRODUCTION, CORS_ORIGINS: STUDIO }, [STUDIO]],
  ])('let Apollo Studio send requests %s', (_, environment, corsOrigins) => {
    expect(loadConfig(environment).corsOrigins).toEqual(corsOrigins);
  });
});
