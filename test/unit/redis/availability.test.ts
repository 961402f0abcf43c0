import { createLogger } from '../../../src/observability/logger';
import { createAvailability } from '../../../src/redis/availability';
import { ManualClock } from '../../support/manual-clock';

function createWorld() {
  const clock = new ManualClock();
  const availability = createAvailability(clock, createLogger('silent'));
  const onAway = jest.fn();
  availability.onAway(onAway);
  return { clock, availability, onAway };
}

test('Redis is up since its first connection', () => {
  const { clock, availability } = createWorld();
  expect(availability.upSinceMs()).toBeUndefined();
  availability.noteBack();
  const upSinceMs = clock.now();
  clock.advance(1_000);
  availability.noteBack();
  expect(availability.upSinceMs()).toBe(upSinceMs);
});

test('Listeners are told once each time that Redis disconnects', () => {
  const { availability, onAway } = createWorld();
  availability.noteAway(new Error('refused'));
  expect(onAway).not.toHaveBeenCalled();
  availability.noteBack();
  availability.noteAway(new Error('reset'));
  availability.noteAway(new Error('refused'));
  expect(onAway).toHaveBeenCalledTimes(1);
  expect(availability.upSinceMs()).toBeUndefined();
});

test('Redis stays away after it was closed', () => {
  const { availability, onAway } = createWorld();
  availability.noteBack();
  availability.close();
  availability.noteBack();
  expect(availability.upSinceMs()).toBeUndefined();
  expect(onAway).not.toHaveBeenCalled();
});

test('A start waits at most two seconds for Redis', async () => {
  const { clock, availability } = createWorld();
  const startedAtMs = clock.now();
  await availability.opened();
  expect(clock.now() - startedAtMs).toBe(2_000);
  availability.noteBack();
  await availability.opened();
  expect(clock.now() - startedAtMs).toBe(2_000);
});
