import { createPoisonIds } from '../../../src/batching/poison-id';
import { userKey } from '../../../src/batching/scope';
import { hashKey } from '../../../src/batching/shared-ids';
import { GatewayError } from '../../../src/domain/errors';
import { Secret } from '../../../src/domain/secret';
import { cycle } from '../../support/batching-world';
import { ManualClock } from '../../support/manual-clock';
import { UPSTREAM } from '../../support/scripted-feishu';

const SCOPE = cycle('1');
const REFUSAL = new GatewayError('UPSTREAM_REJECTED', 'Feishu refused.', { upstream: UPSTREAM });

/** Replicas that receive each other's messages. */
function createReplicas(count: number) {
  const messages: string[] = [];
  const listeners: ((message: string) => void)[] = [];
  const clock = new ManualClock();
  const replicas = Array.from({ length: count }, () =>
    createPoisonIds({
      nowMs: clock.now,
      channel: {
        publish(message) {
          messages.push(message);
          for (const listener of listeners) listener(message);
          return Promise.resolve();
        },
        subscribe: (listener) => listeners.push(listener),
      },
    }),
  );
  const receive = (message: string) => {
    for (const listener of listeners) listener(message);
  };
  return { replicas, messages, receive, clock };
}

test('Replicas share what they learn of an ID', () => {
  const { replicas } = createReplicas(2);
  const [one, other] = replicas;
  one?.noteAnswered(SCOPE, ['ou_good']);
  one?.notePoison(SCOPE, 'ou_bad', REFUSAL);

  expect(other?.trustIn(SCOPE)('ou_good')).toBe(true);
  expect(other?.refusalsIn(SCOPE)('ou_bad')).toMatchObject({
    code: 'UPSTREAM_REJECTED',
    message: 'Feishu refused.',
    details: { upstream: UPSTREAM },
  });
  expect(other?.refusalsIn(SCOPE)('ou_good')).toBeUndefined();
  expect(other?.refusalsIn({ ...SCOPE, semesterId: '2' })('ou_bad')).toBeUndefined();
});

test('A poison ID of another replica is tried again after ten minutes', () => {
  const { replicas, clock } = createReplicas(2);
  replicas[0]?.notePoison(SCOPE, 'ou_bad', REFUSAL);
  clock.advance(10 * 60_000 + 1);

  expect(replicas[1]?.refusalsIn(SCOPE)('ou_bad')).toBeUndefined();
});

test('Messages reveal no user ID, and repeat none', () => {
  const { replicas, messages } = createReplicas(2);
  for (let i = 0; i < 3; i += 1) replicas[0]?.noteAnswered(SCOPE, ['ou_good', 'ou_better']);
  replicas[0]?.notePoison(SCOPE, 'ou_bad', REFUSAL);

  expect(messages).toHaveLength(2);
  expect(messages.join()).not.toMatch(/ou_/);
});

test('Results of calls with a user’s own token are not shared', () => {
  const { replicas, messages } = createReplicas(2);
  const identity = { kind: 'user' as const, accessToken: new Secret('u-1') };
  replicas[0]?.notePoison({ ...SCOPE, identity }, 'ou_colleague', REFUSAL);
  replicas[0]?.noteAnswered({ ...SCOPE, identity }, ['ou_self']);

  expect(messages).toEqual([]);
});

describe('an unreadable message', () => {
  const key = hashKey(userKey(SCOPE, 'ou_1'));
  const bad = { bad: key, message: 'Feishu refused.', details: {} };

  test.each([
    '',
    'null',
    '[]',
    JSON.stringify({ ...bad, bad: 1 }),
    JSON.stringify({ ...bad, message: 1 }),
    JSON.stringify({ ...bad, details: null }),
    JSON.stringify({ answered: key }),
    JSON.stringify({ answered: [key, 1] }),
  ])('is ignored: %s', (message) => {
    const { replicas, receive } = createReplicas(1);
    receive(message);
    expect(replicas[0]?.refusalsIn(SCOPE)('ou_1')).toBeUndefined();
    expect(replicas[0]?.trustIn(SCOPE)('ou_1')).toBe(false);
  });

  test('differs from a readable one', () => {
    const { replicas, receive } = createReplicas(1);
    receive(JSON.stringify({ answered: [key] }));
    expect(replicas[0]?.trustIn(SCOPE)('ou_1')).toBe(true);
    receive(JSON.stringify(bad));
    expect(replicas[0]?.refusalsIn(SCOPE)('ou_1')).toMatchObject({ message: 'Feishu refused.' });
  });
});
