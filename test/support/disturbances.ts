import { setTimeout as delay } from 'node:timers/promises';
import type { Disturbance } from './spend-quota';

/** Redis is killed, and started again with nothing in it. Times in windows from the start on. */
export function killRedis(killedAt: number, startedAt: number): Disturbance {
  return async ({ redis }, windowMs) => {
    await delay(killedAt * windowMs);
    await redis.kill();
    await delay((startedAt - killedAt) * windowMs);
    await redis.start();
  };
}

/** Redis is there and says nothing. */
export const stopRedis: Disturbance = async ({ redis }, windowMs) => {
  await delay(1.5 * windowMs);
  redis.pause();
  await delay(windowMs);
  redis.resume();
};

/** Redis is gone every few seconds, before all replicas share again and after. */
export const flapRedis: Disturbance = async ({ redis }, windowMs) => {
  await delay(windowMs);
  for (const upMs of [500, 2_000, 3_500, 5_000, 1_000]) {
    await redis.kill();
    await delay(1_500);
    await redis.start();
    await delay(upMs);
  }
};

/** Redis loses what it knows, without a word. */
export const flushRedis: Disturbance = async ({ redis }, windowMs) => {
  for (const windows of [1.5, 0.7, 0.7]) {
    await delay(windows * windowMs);
    await redis.flush();
  }
};

/** A deployment: one replica after the other ends and starts again. */
export const restartReplicas: Disturbance = async (replicas, windowMs) => {
  await delay(windowMs);
  for (const replica of replicas.processes.keys()) await replicas.restart(replica);
};
