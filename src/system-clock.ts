import { setTimeout } from 'node:timers/promises';
import type { Clock } from './domain/clock';

export const systemClock: Clock = {
  now: () => Math.floor(performance.now()),
  unixMs: () => Date.now(),
  sleep: (ms, signal) => setTimeout(ms, undefined, signal && { signal }),
};
