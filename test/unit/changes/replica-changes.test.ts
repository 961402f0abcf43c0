import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Snapshot } from '../../../src/cache/snapshot-cache';
import { createChangeFeed } from '../../../src/changes/change-feed';
import { digestOf } from '../../../src/changes/content-digest';
import { createReplicaChanges } from '../../../src/changes/replica-changes';
import { answer } from '../../support/changes';
import { ManualClock } from '../../support/manual-clock';

/** Two replicas that share answers and receive each other's messages. */
function createReplicas() {
  const shared = new Map<string, Snapshot>();
  const messages: string[] = [];
  const listeners: ((message: string) => void)[] = [];
  let reads = 0;
  const createReplica = () => {
    const feed = createChangeFeed();
    const changes = createReplicaChanges({
      feed,
      clock: new ManualClock(),
      cache: {
        getMany(keys) {
          reads += keys.length;
          const found = keys.map((key) => shared.get(key));
          feed.note(keys.flatMap((key, i) => (found[i] ? [[key, found[i]] as const] : [])));
          return Promise.resolve(found);
        },
      },
      channel: {
        publish(message) {
          messages.push(message);
          for (const listener of listeners) listener(message);
          return Promise.resolve();
        },
        subscribe: (listener) => listeners.push(listener),
      },
    });
    const remember = (key: string, snapshot: Snapshot) => {
      shared.set(key, snapshot);
      feed.note([[key, snapshot]]);
      return changes.announce([[key, snapshot]]);
    };
    return { feed, changes, remember };
  };
  const send = (message: string) => {
    for (const listener of listeners) listener(message);
  };
  return {
    one: createReplica(),
    other: createReplica(),
    ...{ shared, messages, send, reads: () => reads },
  };
}

test('A stream of one replica shows what another one fetches, with one read', async () => {
  const { one, other, reads } = createReplicas();
  let changes = 0;
  const user = other.feed.watch('a', () => (changes += 1));
  void one.remember('a', answer(1, 1));
  void one.remember('b', answer(1, 1));
  await nextTurn();

  expect(user.latest()?.snapshot).toEqual(answer(1, 1));
  expect([changes, reads()]).toEqual([1, 1]);
});

test('An announcement is made when its promise resolves, and an older answer replaces no newer one', async () => {
  const { one, other, messages } = createReplicas();
  const user = other.feed.watch('a', () => undefined);
  await Promise.all([one.remember('a', answer(2, 2)), one.remember('a', answer(1, 1))]);

  expect(messages).toHaveLength(1);
  expect(messages[0]).toContain(digestOf(answer(2, 2).stageTasks));
  expect(user.latest()).toBeDefined();
});

test('Answers of one moment are announced together, each once', async () => {
  const { one, other, messages, reads } = createReplicas();
  const user = other.feed.watch('a', () => undefined);
  void one.remember('a', answer(1, 1));
  void one.remember('b', answer(1, 1));
  void one.remember('a', answer(2, 2));
  await nextTurn();
  void one.remember('b', answer(3, 3));
  await nextTurn();

  expect(messages.map((message) => message.split('\n').length)).toEqual([2, 1]);
  expect(user.latest()?.snapshot).toEqual(answer(2, 2));
  expect(reads()).toBe(1);
});

test('An answer with the content that is known is not read', async () => {
  const { one, other, reads } = createReplicas();
  other.feed.watch('a', () => undefined);
  other.feed.note([['a', answer(1, 1)]]);
  void one.remember('a', answer(2, 1));
  await nextTurn();

  expect(reads()).toBe(0);
});

test('After lost messages, all watched users are read', () => {
  const { other, shared } = createReplicas();
  const user = other.feed.watch('a', () => undefined);
  shared.set('a', answer(1, 1));
  shared.set('b', answer(1, 1));
  other.changes.catchUp();

  expect(user.latest()?.snapshot).toEqual(answer(1, 1));
});

test('Messages name no user, and what is no message is ignored', async () => {
  const { one, other, messages, send, reads } = createReplicas();
  other.feed.watch('OPEN_ID"ou_secret"', () => undefined);
  void one.remember('OPEN_ID"ou_secret"', answer(1, 1));
  await nextTurn();
  const before = reads();
  for (const text of ['', ' ', 'x'.repeat(100_000), `${messages[0] ?? ''}x`, '\n\n']) send(text);

  expect(messages.join()).not.toContain('ou_secret');
  expect([before, reads()]).toEqual([1, 1]);
});
