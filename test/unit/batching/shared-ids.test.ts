import { createPoisonIds } from '../../../src/batching/poison-id';
import { GatewayError } from '../../../src/domain/errors';
import { Secret } from '../../../src/domain/secret';
import { ManualClock } from '../../support/manual-clock';

const SCOPE = {
  identity: { kind: 'app' as const },
  semesterId: '1',
  idType: 'OPEN_ID' as const,
  filter: {},
};
const UPSTREAM = { code: 1580102, httpStatus: 400, logId: 'log-1' };
const REFUSAL = new GatewayError('UPSTREAM_REJECTED', 'Feishu refused.', { upstream: UPSTREAM });

/** Replicas that hear each other's messages, and what was said. */
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
        },
        subscribe: (listener) => listeners.push(listener),
      },
    }),
  );
  const hear = (message: string) => {
    for (const listener of listeners) listener(message);
  };
  return { replicas, messages, hear, clock };
}

test('What one replica learns of an ID, the others know', () => {
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

test('A poison ID that another replica has found is tried again after ten minutes', () => {
  const { replicas, clock } = createReplicas(2);
  replicas[0]?.notePoison(SCOPE, 'ou_bad', REFUSAL);
  clock.advance(10 * 60_000 + 1);

  expect(replicas[1]?.refusalsIn(SCOPE)('ou_bad')).toBeUndefined();
});

test('The messages reveal no user ID, and say nothing twice', () => {
  const { replicas, messages } = createReplicas(2);
  for (let i = 0; i < 3; i += 1) replicas[0]?.noteAnswered(SCOPE, ['ou_good', 'ou_better']);
  replicas[0]?.notePoison(SCOPE, 'ou_bad', REFUSAL);

  expect(messages).toHaveLength(2);
  expect(messages.join()).not.toMatch(/ou_/);
});

test('What is asked in the name of a user is told to no other replica', () => {
  const { replicas, messages } = createReplicas(2);
  const identity = { kind: 'user' as const, accessToken: new Secret('u-1') };
  replicas[0]?.notePoison({ ...SCOPE, identity }, 'ou_colleague', REFUSAL);
  replicas[0]?.noteAnswered({ ...SCOPE, identity }, ['ou_self']);

  expect(messages).toEqual([]);
});

test.each([
  '',
  'null',
  '[]',
  '{"bad":1}',
  '{"bad":"x","message":"y","details":null}',
  '{"answered":[1]}',
])('A message that cannot be read is ignored: %s', (message) => {
  const { replicas, hear } = createReplicas(1);
  expect(() => {
    hear(message);
  }).not.toThrow();
  expect(replicas[0]?.refusalsIn(SCOPE)('x')).toBeUndefined();
});
