import type { StopListening } from './listeners';
import type { RedisLink } from './redis-link';

/** A view of the link for one part of the process. All listeners of the part end with it. */
export interface LinkScope {
  readonly link: RedisLink;
  readonly end: () => void;
}

export function createLinkScope(link: RedisLink): LinkScope {
  const listening: StopListening[] = [];
  const note = (stop: StopListening): StopListening => {
    listening.push(stop);
    return stop;
  };
  return {
    link: {
      ...link,
      onDisconnected: (listener) => note(link.onDisconnected(listener)),
      onConnected: (listener) => note(link.onConnected(listener)),
      onPulse: (listener) => note(link.onPulse(listener)),
      subscribe: (channel, listener) => note(link.subscribe(channel, listener)),
    },
    end() {
      for (const stop of listening.splice(0)) stop();
    },
  };
}

/**
 * A view of the link that takes part in pulses only for a while after each use, so that the pulses of a process do not
 * grow with parts that are idle.
 */
export function createQuietLink(
  link: RedisLink,
  quietAfterMs: number,
  nowMs: () => number,
): RedisLink {
  let usedAtMs = -Infinity;
  return {
    ...link,
    use(command) {
      usedAtMs = nowMs();
      return link.use(command);
    },
    onPulse: (listener) =>
      link.onPulse((client) =>
        nowMs() - usedAtMs <= quietAfterMs ? listener(client) : Promise.resolve(),
      ),
  };
}
