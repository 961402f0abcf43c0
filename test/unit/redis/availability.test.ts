import { createLogger } from '../../../src/observability/logger';
import { createAvailability } from '../../../src/redis/availability';
import { ManualClock } from '../../support/manual-clock';

function createWorld() {
  const clock = new ManualClock();
  const availability = createAvailability(clock, createLogger('silent'));
  const listener = jest.fn();
  availability.onDisconnected(listener);
  return { clock, availability, listener };
}

test('Redis is up since its first connection', () => {
  const { clock, availability } = createWorld();
  expect(availability.upSinceMs()).toBeUndefined();
  availability.markConnected();
  const upSinceMs = clock.now();
  clock.advance(1_000);
  availability.markConnected();
  expect(availability.upSinceMs()).toBe(upSinceMs);
});

test('A listener is called once each time that Redis disconnects', () => {
  const { availability, listener } = createWorld();
  availability.markDisconnected(new Error('refused'));
  expect(listener).not.toHaveBeenCalled();
  availability.markConnected();
  availability.markDisconnected(new Error('reset'));
  availability.markDisconnected(new Error('refused'));
  expect(listener).toHaveBeenCalledTimes(1);
  expect(availability.upSinceMs()).toBeUndefined();
});

test('Redis stays disconnected after it was closed', () => {
  const { availability, listener } = createWorld();
  availability.markConnected();
  availability.close();
  availability.markConnected();
  expect(availability.upSinceMs()).toBeUndefined();
  expect(listener).not.toHaveBeenCalled();
});

test('A start waits at most two seconds for Redis', async () => {
  const { clock, availability } = createWorld();
  const startedAtMs = clock.now();
  await availability.opened();
  expect(clock.now() - startedAtMs).toBe(2_000);
  availability.markConnected();
  await availability.opened();
  expect(clock.now() - startedAtMs).toBe(2_000);
});
