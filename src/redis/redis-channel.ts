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

/** More than a message takes to arrive. An older one was captured and is published again. */
const MESSAGE_LIFE_MS = 5_000;

const TIMED_MESSAGE = /^(?<sentAtMs>-?\d{1,15}) (?<message>.*)$/s;

/** Accepts messages of gateways with the same secret that were sealed a moment ago, and rejects others. */
export function createRedisChannel(
  name: string,
  { link, seal, clock, onRejected }: RedisChannelOptions,
): Channel {
  const readClock = () => ({ nowMs: clock.now(), aheadMs: link.aheadOfRedisMs() });
  return {
    publish(message) {
      const sealed = seal.seal(name, addTime(message, readClock()));
      link.use((client) => client.publish(name, sealed)).catch(() => undefined);
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

/** The message without its time; `undefined` if that is too old, in the future or missing. */
function readRecent(timed: string, { nowMs, aheadMs }: SharedClock): string | undefined {
  const { sentAtMs, message } = TIMED_MESSAGE.exec(timed)?.groups ?? {};
  const ageMs = nowMs - aheadMs - Number(sentAtMs);
  return ageMs >= -SHARED_CLOCK_TOLERANCE_MS && ageMs <= MESSAGE_LIFE_MS ? message : undefined;
}
