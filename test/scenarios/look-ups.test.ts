import { createFeishuUserAuthenticator } from '../../src/auth/feishu-user.authenticator';
import type { ExhaustedLimit } from '../../src/auth/audit';
import type { Authenticator } from '../../src/auth/authenticator';
import { credentialsIn } from '../../src/auth/request-credentials';
import { GatewayError } from '../../src/domain/errors';
import { startEmulator, type Emulator } from '../../src/emulator/emulator';
import { createFeishuClient } from '../../src/feishu/feishu-client';
import { createTransport, type Transport } from '../../src/feishu/transport';
import { createUserInfoSource } from '../../src/feishu/user-info.source';
import { createLogger } from '../../src/observability/logger';
import { ManualClock } from '../support/manual-clock';

let emulator: Emulator;
let transport: Transport;
let clock: ManualClock;
let exhausted: ExhaustedLimit[];
let authenticator: Authenticator;

beforeEach(async () => {
  emulator = await startEmulator();
  transport = createTransport(emulator.url);
  clock = new ManualClock(Date.now());
  exhausted = [];
  const client = createFeishuClient({
    transport,
    clock,
    log: createLogger('silent'),
    random: Math.random,
    onAttempt: () => undefined,
  });
  authenticator = createFeishuUserAuthenticator({
    users: createUserInfoSource(client),
    trust: { tenantKey: emulator.tenantKey, bindsTenant: false },
    clock,
    onNotLookedUp: (which) => exhausted.push(which),
  });
});
afterEach(async () => {
  await transport.close();
  await emulator.close();
});

/** The outcome for a token from this address, or the code of the error. */
async function authenticate(token: string, address: string): Promise<string> {
  try {
    const credentials = credentialsIn(['Authorization', `Bearer ${token}`], address, []);
    return (await authenticator.authenticate(credentials, { signal: AbortSignal.timeout(10_000) }))
      .kind;
  } catch (error) {
    if (error instanceof GatewayError) return error.code;
    throw error;
  }
}

function issue(index: number): string {
  const person = emulator.people[index];
  if (!person) throw new Error(`no person ${index}`);
  return emulator.issueUserToken(person);
}

/** Made-up tokens, so few per address that the limit of no address is reached. */
const invented = (count: number) =>
  Promise.all(
    Array.from({ length: count }, (_, i) => authenticate(`u-made-up-${i}`, `10.0.0.${i % 50}`)),
  );

test('Look-ups from many addresses do not lock out users who were known within the last hour', async () => {
  const good = issue(0);
  expect(await authenticate(good, '10.1.0.1')).toBe('authenticated');
  // The token is no longer cached, so that it has to be looked up again.
  clock.advance(50 * 60_000);
  const outcomes = await invented(400);
  expect(outcomes.filter((outcome) => outcome === 'rejected')).toHaveLength(300);
  expect(outcomes.filter((outcome) => outcome === 'UPSTREAM_RATE_LIMITED')).toHaveLength(100);
  expect(exhausted).toEqual(Array.from({ length: 100 }, () => 'all'));

  expect(await authenticate(issue(1), '10.1.0.1')).toBe('UPSTREAM_RATE_LIMITED');
  expect(await authenticate(good, '10.1.0.1')).toBe('authenticated');
  clock.advance(60_000);
  expect(await authenticate(issue(1), '10.1.0.1')).toBe('authenticated');
});

test('A token that was valid more than an hour ago counts as unknown', async () => {
  const good = issue(0);
  expect(await authenticate(good, '10.1.0.1')).toBe('authenticated');
  clock.advance(61 * 60_000);
  await invented(300);
  expect(await authenticate(good, '10.1.0.1')).toBe('UPSTREAM_RATE_LIMITED');
});

test('The limit of one address does not affect another, and valid tokens do not count', async () => {
  for (let i = 0; i < 70; i += 1)
    expect(await authenticate(issue(i), '10.1.0.1')).toBe('authenticated');
  const outcomes = await Promise.all(
    Array.from({ length: 100 }, (_, i) => authenticate(`u-made-up-${i}`, '10.1.0.1')),
  );
  expect(outcomes.filter((outcome) => outcome === 'rejected')).toHaveLength(60);
  expect(outcomes.filter((outcome) => outcome === 'RATE_LIMITED')).toHaveLength(40);
  expect(await authenticate(issue(71), '10.1.0.1')).toBe('RATE_LIMITED');
  expect(await authenticate(issue(72), '10.1.0.2')).toBe('authenticated');

  clock.advance(60_001);
  expect(await authenticate(issue(71), '10.1.0.1')).toBe('authenticated');
});
