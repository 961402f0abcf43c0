import { check } from '../../src/cli/check/check';
import { configurationStep } from '../../src/cli/check/configuration-step';
import type { Step } from '../../src/cli/check/step';
import { requireTenant } from '../../src/cli/tenant';
import {
  EMULATOR_APP_ID,
  EMULATOR_APP_SECRET,
  startEmulator,
  type Emulator,
} from '../../src/emulator/emulator';
import { sha256 } from '../support/clients';
import { EVENT_ENV, EVENT_KEYS } from '../support/feishu-events';
import { ManualClock } from '../support/manual-clock';

let emulator: Emulator;
afterEach(() => emulator.close());

/** Checks a store app whose ticket never arrives, because no gateway runs. */
async function runCheck(env: Record<string, string> = {}) {
  emulator = await startEmulator({ appType: 'store', tenants: 2, people: 20, ...EVENT_KEYS });
  const { config, step } = configurationStep({
    FEISHU_APP_ID: EMULATOR_APP_ID,
    FEISHU_APP_SECRET: EMULATOR_APP_SECRET,
    FEISHU_APP_TYPE: 'store',
    FEISHU_BASE_URL: emulator.url,
    AUTH_SERVICE_TOKENS: `svc:${sha256('a-token-of-a-service')}@${emulator.tenantKey}`,
    ...EVENT_ENV,
    ...env,
  });
  const steps: Step[] = [step];
  if (config) {
    await check({
      config,
      target: {
        ...{ tenantKey: emulator.tenantKey, idType: 'OPEN_ID' },
        ...{ semesterId: undefined, userId: undefined },
      },
      report: (one) => steps.push(one),
      overrides: { clock: new ManualClock(Date.now()) },
    });
  }
  const textOf = (name: string) => {
    const found = steps.find((one) => one.name === name);
    return [found?.finding, ...(found?.remedies ?? [])].join('\n');
  };
  return { steps, textOf, failed: steps.filter(({ outcome }) => outcome === 'failed') };
}

describe('check of a store app', () => {
  test('says where the ticket comes from if there is none, and that the host answers', async () => {
    const { failed, textOf } = await runCheck();

    expect(failed.map(({ name }) => name)).toEqual(['credentials']);
    expect(textOf('configuration')).toContain('valid: store app');
    expect(textOf('host')).toContain('answers in');
    expect(textOf('credentials')).toContain('Feishu has not sent this app its ticket yet');
    expect(textOf('credentials')).toContain('/webhooks/feishu');
    expect(textOf('credentials')).toContain('the same REDIS_URL');
    expect(emulator.callsOf('app_ticket')).toHaveLength(1);
  });

  test('says to copy a wrong secret again', async () => {
    const { failed, textOf } = await runCheck({ FEISHU_APP_SECRET: 'wrong-secret' });

    expect(failed.map(({ name }) => name)).toEqual(['credentials']);
    expect(textOf('credentials')).toContain('copy App ID and App Secret again');
  });

  test.each([
    [{ FEISHU_EVENT_ENCRYPT_KEY: '', FEISHU_EVENT_VERIFICATION_TOKEN: '' }, '/webhooks/feishu'],
    [{ FEISHU_TOKEN_ENDPOINT: 'oauth_v3' }, 'FEISHU_TOKEN_ENDPOINT: expected none'],
  ])('names a configuration without a way to a ticket: %j', async (env, fault) => {
    const { failed, textOf } = await runCheck(env);

    expect(failed.map(({ name }) => name)).toEqual(['configuration']);
    expect(textOf('configuration')).toContain(fault);
  });

  test('needs the company to ask as, and a custom app has none', async () => {
    await runCheck();
    expect(() => requireTenant({ appType: 'store' }, undefined)).toThrow('--tenant: expected');
    expect(() => requireTenant({ appType: 'custom' }, 'acme')).toThrow('--tenant: expected');
    expect(requireTenant({ appType: 'custom' }, undefined)).toBeNull();
    expect(requireTenant({ appType: 'store' }, 'acme')).toBe('acme');
  });
});
