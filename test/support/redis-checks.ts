import { Secret } from '../../src/domain/secret';
import type { OnRejected } from '../../src/redis/rejections';
import { createSeal } from '../../src/redis/seal';

/** How replicas of a test verify data of Redis: with one secret, and without counting rejections. */
export const REDIS_CHECKS = {
  seal: createSeal(new Secret('app-secret')),
  onRejected: (() => undefined) as OnRejected,
};
