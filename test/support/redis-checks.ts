import { Secret } from '../../src/domain/secret';
import type { OnRejected } from '../../src/redis/rejections';
import { createSeal } from '../../src/redis/seal';

/** How the replicas of a test check what Redis says: one secret, and no count of what is rejected. */
export const REDIS_CHECKS = {
  seal: createSeal(new Secret('app-secret')),
  onRejected: (() => undefined) as OnRejected,
};
