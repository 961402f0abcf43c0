import { GatewayError } from '../domain/errors';
import type { StreamEnd, StreamLife } from './stream-life';

/** The open streams of this process. */
export interface OpenStreams {
  /** @throws GatewayError `RATE_LIMITED` if the process has too many, or is about to stop */
  requireRoom(): void;
  /** Counts a stream until it ends, which is at once after `endAll`. */
  add(life: StreamLife): void;
  /** Ends all streams, so that their clients reconnect to other replicas. */
  readonly endAll: () => void;
}

export interface OpenStreamsOptions {
  /** A stream takes about 20 kB. */
  readonly max: number;
  readonly draining: () => boolean;
  readonly onOpened: () => void;
  readonly onEnded: (reason: StreamEnd, requestId: string) => void;
}

/** Within this time, load balancers stop sending requests to a replica that is about to stop. */
const RETRY_AFTER_MS = 3_000;

export function createOpenStreams(options: OpenStreamsOptions): OpenStreams {
  const { max, draining, onOpened, onEnded } = options;
  const open = new Set<StreamLife>();
  let isOver = false;
  return {
    requireRoom() {
      if (draining()) throw noRoom('replica: expected one that keeps running, got one that stops');
      if (open.size >= max) throw noRoom(`replica: expected at most ${max} streams, got more`);
    },
    add(life) {
      // Its request was admitted before, and has waited for its credentials or its body.
      if (isOver) life.finish('drained');
      open.add(life);
      onOpened();
      const { end } = life.scope;
      const forget = () => {
        open.delete(life);
        onEnded(life.reason() ?? 'closed', life.scope.requestId);
      };
      if (end.aborted) forget();
      else end.addEventListener('abort', forget, { once: true });
    },
    endAll() {
      isOver = true;
      for (const life of [...open]) life.finish('drained');
    },
  };
}

function noRoom(message: string): GatewayError {
  return new GatewayError('RATE_LIMITED', message, { retryAfterMs: RETRY_AFTER_MS });
}
