import type { Channel } from '../domain/channel';
import type { Clock } from '../domain/clock';
import type { RedisLink } from './redis-link';
import type { OnRejected } from './rejections';
import type { Seal } from './seal';
import { SHARED_CLOCK_TOLERANCE_MS, type SharedClock } from './shared-clock';

export interface RedisChannelOptions {
  readonly link: RedisLink;
  readonly seal: Seal;
  readonly clock: Pick<Clock, 'now'>;
  readonly onRejected: OnRejected;
}

/** Longer than a message takes to arrive. An older message is a replay. */
const MESSAGE_LIFE_MS = 5_000;

const TIMED_MESSAGE = /^(?<sentAtMs>-?\d{1,15}) (?<message>.*)$/s;

/** Accepts only recent messages that a gateway with the same secret has sealed. */
export function createRedisChannel(
  name: string,
  { link, seal, clock, onRejected }: RedisChannelOptions,
): Channel {
  const readClock = () => ({ nowMs: clock.now(), aheadMs: link.aheadOfRedisMs() });
  return {
    async publish(message) {
      const sealed = seal.seal(name, addTime(message, readClock()));
      await link.use((client) => client.publish(name, sealed)).catch(() => undefined);
    },
    subscribe(listener) {
      link.subscribe(name, (sealed) => {
        const timed = seal.open(name, sealed);
        const message = timed === undefined ? undefined : readRecent(timed, readClock());
        if (message === undefined) onRejected('message');
        else listener(message);
      });
    },
  };
}

function addTime(message: string, { nowMs, aheadMs }: SharedClock): string {
  return `${Math.round(nowMs - aheadMs)} ${message}`;
}

/** The message without its time; `undefined` if the time is too old, in the future or missing. */
function readRecent(timed: string, { nowMs, aheadMs }: SharedClock): string | undefined {
  const { sentAtMs, message } = TIMED_MESSAGE.exec(timed)?.groups ?? {};
  const ageMs = nowMs - aheadMs - Number(sentAtMs);
  return ageMs >= -SHARED_CLOCK_TOLERANCE_MS && ageMs <= MESSAGE_LIFE_MS ? message : undefined;
}
