import { setTimeout as delay } from 'node:timers/promises';
import type { Disturbance } from './spend-quota';

/** Kills Redis, and starts it again empty. Times are in windows since the start. */
export function killRedis(killedAt: number, startedAt: number): Disturbance {
  return async ({ redis }, windowMs) => {
    await delay(killedAt * windowMs);
    await redis.kill();
    await delay((startedAt - killedAt) * windowMs);
    await redis.start();
  };
}

/** Redis keeps its connections and stops answering. */
export const stopRedis: Disturbance = async ({ redis }, windowMs) => {
  await delay(1.5 * windowMs);
  redis.pause();
  await delay(windowMs);
  redis.resume();
};

/** Redis goes down every few seconds, before and after all replicas share again. */
export const flapRedis: Disturbance = async ({ redis }, windowMs) => {
  await delay(windowMs);
  for (const upMs of [500, 2_000, 3_500, 5_000, 1_000]) {
    await redis.kill();
    await delay(1_500);
    await redis.start();
    await delay(upMs);
  }
};

/** Redis loses its data. */
export const flushRedis: Disturbance = async ({ redis }, windowMs) => {
  for (const windows of [1.5, 0.7, 0.7]) {
    await delay(windows * windowMs);
    await redis.flush();
  }
};

/** A deployment: the replicas restart one after another. */
export const restartReplicas: Disturbance = async (replicas, windowMs) => {
  await delay(windowMs);
  for (const replica of replicas.processes.keys()) await replicas.restart(replica);
};
