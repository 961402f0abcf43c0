import type { GatewayError } from '../../../src/domain/errors';
import type { SharedText } from '../../../src/domain/shared-text';
import { AppNotInstalled } from '../../../src/feishu/ports';
import { startStoreApp, type StoreFeishu } from '../../support/store-app';

const MINUTE_MS = 60_000;
const sendAtOnce: StoreFeishu['onResend'] = (send, nth) => {
  send(`ticket-${nth}`);
};

/** A text that replicas share, in memory. */
function sharedText(text?: string): SharedText & { readonly last: () => string | undefined } {
  let last = text;
  const listeners: ((text: string) => void)[] = [];
  return {
    read: () => Promise.resolve(last),
    write(written) {
      last = written;
      for (const listener of listeners) listener(written);
    },
    onWritten: (listener) => listeners.push(listener),
    last: () => last,
  };
}

const errorOf = (outcome: PromiseSettledResult<unknown>) =>
  outcome.status === 'rejected' ? (outcome.reason as GatewayError) : undefined;

describe('the tokens of a store app', () => {
  test('come from ticket, app token and tenant token, each in the body of the next call', async () => {
    const app = startStoreApp({ onResend: sendAtOnce });
    const outcome = await app.settled(app.call(app.credentials.of('acme')));

    expect(outcome.status).toBe('fulfilled');
    const key = { app_id: 'cli_store', app_secret: 'the-secret' };
    expect(app.received).toMatchObject([
      { path: '/open-apis/auth/v3/app_ticket/resend', body: key },
      { path: '/open-apis/auth/v3/app_access_token', body: { ...key, app_ticket: 'ticket-1' } },
      {
        path: '/open-apis/auth/v3/tenant_access_token',
        body: { app_access_token: 'a-1', tenant_key: 'acme' },
      },
      { path: '/call', authorization: 'Bearer t-acme-1' },
    ]);
    expect(app.received.slice(0, 3).map(({ authorization }) => authorization)).toEqual([
      ...[undefined, undefined, undefined],
    ]);
  });

  test('are fetched once for many calls at once: a ticket and an app token for all, a token for each company', async () => {
    const app = startStoreApp({ onResend: sendAtOnce });
    const companies = Array.from({ length: 200 }, (_, i) => app.credentials.of(`company-${i}`));
    const calls = companies.flatMap((one) => [app.call(one), app.call(one), app.call(one)]);
    const outcome = await app.settled(Promise.all(calls));

    expect(outcome.status).toBe('fulfilled');
    expect(app.counts).toEqual({ resend: 1, app: 1, tenant: 200, call: 600 });
    const tokens = app.received.map(({ authorization }) => authorization?.split('-')[2]);
    expect(new Set(tokens.filter(Boolean)).size).toBe(200);
  });

  test('are renewed ahead, without a call that waits', async () => {
    const app = startStoreApp({ onResend: sendAtOnce });
    const acme = app.credentials.of('acme');
    await app.settled(app.call(acme));
    await app.settled(app.clock.sleep(101 * MINUTE_MS));
    await app.settled(app.call(acme));
    await app.settled(app.call(acme));

    expect(app.counts).toEqual({ resend: 1, app: 2, tenant: 2, call: 3 });
    expect(
      app.received.filter(({ path }) => path === '/call').map((one) => one.authorization),
    ).toEqual([...['Bearer t-acme-1', 'Bearer t-acme-1', 'Bearer t-acme-2']]);
  });

  test('are a defect without the key of a company', () => {
    expect(() => startStoreApp().credentials.of(null)).toThrow(
      'tenantKey: expected the key of a company for a store app, got null',
    );
  });
});

describe('a refused step', () => {
  test('of the ticket (10012) asks for a new ticket, once for all companies', async () => {
    const app = startStoreApp({
      onResend: sendAtOnce,
      refuse: (step, _, { body }) =>
        step === 'app' && body['app_ticket'] === 'old' ? 10012 : undefined,
    });
    app.send('old');
    const companies = ['acme', 'umbrella', 'globex'].map(app.credentials.of);
    const outcome = await app.settled(Promise.all(companies.map(app.call)));

    expect(outcome.status).toBe('fulfilled');
    expect(app.steps().slice(0, 3)).toEqual(['app', 'resend', 'app']);
    expect(app.counts).toEqual({ resend: 1, app: 2, tenant: 3, call: 3 });
  });

  test('of the ticket again is an error, and no storm: Feishu is asked for another one after 30 s', async () => {
    const app = startStoreApp({
      onResend: sendAtOnce,
      refuse: (step) => (step === 'app' ? 10012 : undefined),
    });
    const acme = app.credentials.of('acme');
    for (let i = 0; i < 10; i += 1) await app.settled(app.call(acme));

    expect(app.counts).toMatchObject({ resend: 1, app: 1 });
    const error = errorOf(await app.settled(app.call(acme)));
    expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(error?.details.retryAfterMs).toBeGreaterThan(0);
    await app.settled(app.clock.sleep(30_000));
    await app.settled(app.call(acme));
    expect(app.counts.resend).toBe(2);
  });

  test.each([99991664, 10013, 99991663, 99991671])(
    'of the app token (%i) fetches a new one, once',
    async (code) => {
      const app = startStoreApp({
        onResend: sendAtOnce,
        refuse: (step, _, { body }) =>
          step === 'tenant' && body['app_access_token'] === 'a-1' ? code : undefined,
      });
      const companies = ['acme', 'umbrella', 'globex'].map(app.credentials.of);
      const outcome = await app.settled(Promise.all(companies.map(app.call)));

      expect(outcome.status).toBe('fulfilled');
      expect(app.counts).toEqual({ resend: 1, app: 2, tenant: 6, call: 3 });
    },
  );

  test('of the app token after its renewal is an error, not a loop', async () => {
    const app = startStoreApp({
      onResend: sendAtOnce,
      refuse: (step) => (step === 'tenant' ? 99991664 : undefined),
    });
    const error = errorOf(await app.settled(app.call(app.credentials.of('acme'))));

    expect(error).toMatchObject({
      code: 'UPSTREAM_PERMISSION_DENIED',
      details: { upstream: { code: 99991664 } },
    });
    expect(app.counts).toEqual({ resend: 1, app: 2, tenant: 2, call: 0 });
  });

  test('of the tenant token fetches a new one of this company only', async () => {
    const app = startStoreApp({
      onResend: sendAtOnce,
      refuse: (step, nth) => (step === 'call' && nth === 3 ? 99991663 : undefined),
    });
    const [acme, globex] = [app.credentials.of('acme'), app.credentials.of('globex')];
    await app.settled(app.call(acme));
    await app.settled(app.call(globex));
    const outcome = await app.settled(app.call(acme));

    expect(outcome.status).toBe('fulfilled');
    expect(app.counts).toEqual({ resend: 1, app: 1, tenant: 3, call: 4 });
  });

  test.each([99991543, 10014])('of the app itself (%i) is a permission denied', async (code) => {
    const app = startStoreApp({ refuse: (step) => (step === 'resend' ? code : undefined) });
    const error = errorOf(await app.settled(app.call(app.credentials.of('acme'))));

    expect(error).toMatchObject({
      code: 'UPSTREAM_PERMISSION_DENIED',
      details: { upstream: { code } },
    });
    expect(app.counts).toEqual({ resend: 1, app: 0, tenant: 0, call: 0 });
  });
});

describe('a company that has uninstalled the app', () => {
  test.each([
    ['tenant', 99991673],
    ['tenant', 99991662],
    ['call', 99991673],
    ['call', 99991662],
  ] as const)('is refused at no call for a minute, seen at the %s (%i)', async (at, code) => {
    let installed = false;
    const app = startStoreApp({
      onResend: sendAtOnce,
      refuse: (step, _, { body, authorization }) => {
        const isGone = body['tenant_key'] === 'gone' || authorization?.includes('gone');
        return step === at && isGone && !installed ? code : undefined;
      },
    });
    const [gone, acme] = [app.credentials.of('gone'), app.credentials.of('acme')];
    const errors = [];
    for (let i = 0; i < 5; i += 1) errors.push(errorOf(await app.settled(app.call(gone))));

    expect(errors.every((error) => error instanceof AppNotInstalled)).toBe(true);
    expect(errors[4]).toMatchObject({
      code: 'UPSTREAM_PERMISSION_DENIED',
      message: 'The app is not installed in this company, or is disabled there.',
      details: { upstream: { code } },
    });
    expect([app.counts[at], app.counts.app]).toEqual([1, 1]);
    // No other company notices.
    expect((await app.settled(app.call(acme))).status).toBe('fulfilled');

    await app.settled(app.clock.sleep(MINUTE_MS));
    installed = true;
    expect((await app.settled(app.call(gone))).status).toBe('fulfilled');
  });
});

describe('the ticket', () => {
  test('that arrives later serves all that wait', async () => {
    const app = startStoreApp();
    const acme = app.credentials.of('acme');
    void app.clock.at(3_000, () => {
      app.send('late');
    });
    const outcome = await app.settled(Promise.all([app.call(acme), app.call(acme)]));

    expect(outcome.status).toBe('fulfilled');
    expect(app.clock.now()).toBe(3_000);
    expect(app.counts).toEqual({ resend: 1, app: 1, tenant: 1, call: 2 });
  });

  test('that never arrives is an error after 8 s, then at once, with the time to wait', async () => {
    const app = startStoreApp();
    const acme = app.credentials.of('acme');
    const first = errorOf(await app.settled(app.call(acme)));
    expect(app.clock.now()).toBe(8_000);
    const second = errorOf(await app.settled(app.call(acme)));
    expect(app.clock.now()).toBe(8_000);

    expect(first).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      message: 'Feishu has not sent this app its ticket yet.',
    });
    expect(second?.details.retryAfterMs).toBe(22_000);
    expect(app.counts.resend).toBe(1);
    expect(app.lines.join('')).toContain('app ticket missing');
  });

  test('of another replica is used without asking Feishu', async () => {
    const app = startStoreApp({}, sharedText('of-another'));
    await app.settled(app.call(app.credentials.of('acme')));

    expect(app.steps()).toEqual(['app', 'tenant', 'call']);
    expect(app.received[0]?.body).toMatchObject({ app_ticket: 'of-another' });
  });

  test('that another replica receives serves calls that wait here', async () => {
    const shared = sharedText();
    const app = startStoreApp(
      {
        onResend: () => {
          shared.write('at-another');
        },
      },
      shared,
    );
    await app.settled(app.call(app.credentials.of('acme')));

    expect(app.received[1]?.body).toMatchObject({ app_ticket: 'at-another' });
    expect(app.clock.now()).toBe(0);
  });

  test('that was refused is not read again from what replicas share', async () => {
    const shared = sharedText('refused');
    const app = startStoreApp(
      {
        onResend: sendAtOnce,
        refuse: (step, _, { body }) =>
          step === 'app' && body['app_ticket'] === 'refused' ? 10012 : undefined,
      },
      shared,
    );
    const outcome = await app.settled(app.call(app.credentials.of('acme')));

    expect(outcome.status).toBe('fulfilled');
    expect(app.counts).toMatchObject({ resend: 1, app: 2 });
    expect(shared.last()).toBe('ticket-1');
  });

  test('that was refused stays refused when the message of its arrival comes late', async () => {
    const listeners: ((text: string) => void)[] = [];
    const shared = {
      read: () => Promise.resolve(undefined),
      write: () => undefined,
      onWritten: (listener: (text: string) => void) => listeners.push(listener),
    };
    const app = startStoreApp(
      {
        onResend: sendAtOnce,
        refuse: (step, _, { body }) => {
          if (step !== 'app' || body['app_ticket'] !== 'old') return undefined;
          for (const listener of listeners) listener('old');
          return 10012;
        },
      },
      shared,
    );
    app.send('old');
    const outcome = await app.settled(app.call(app.credentials.of('acme')));

    expect(outcome.status).toBe('fulfilled');
    expect(app.steps().slice(0, 3)).toEqual(['app', 'resend', 'app']);
  });

  test('that Feishu could not be asked for is not called missing, and Feishu is asked again soon', async () => {
    const app = startStoreApp({
      onResend: sendAtOnce,
      refuse: (step, nth) => (step === 'resend' && nth === 1 ? 99991543 : undefined),
    });
    const acme = app.credentials.of('acme');
    const failed = [];
    for (let i = 0; i < 3; i += 1) failed.push(errorOf(await app.settled(app.call(acme))));

    for (const error of failed) expect(error).toMatchObject({ code: 'UPSTREAM_PERMISSION_DENIED' });
    expect(app.counts.resend).toBe(1);
    await app.settled(app.clock.sleep(5_000));
    expect((await app.settled(app.call(acme))).status).toBe('fulfilled');
  });

  test('and the tokens are in no line of the log', async () => {
    const app = startStoreApp({
      onResend: sendAtOnce,
      refuse: (step, nth) => (step === 'app' && nth === 1 ? 10012 : undefined),
    });
    app.send('ticket-old');
    await app.settled(app.call(app.credentials.of('acme')));
    const text = app.lines.join('');

    expect(text).toContain('app ticket requested');
    expect(text).toContain('token_refused');
    expect(text).not.toMatch(/ticket-|the-secret|a-1|t-acme|Bearer/);
  });
});
