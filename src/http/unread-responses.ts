import type { FastifyInstance } from 'fastify';
import { onceClosed } from './once-closed';

export interface UnreadResponseLimits {
  /** How long a client may take to read its response. */
  readonly timeoutMs: number;
  /** The total size of unread responses. Beyond it, the oldest ones are dropped. */
  readonly maxBytes: number;
  /** Younger responses are not dropped: their clients may be reading. */
  readonly minAgeMs: number;
  readonly nowMs: () => number;
}

interface Unread {
  readonly bytes: number;
  readonly readyAtMs: number;
  readonly disconnect: () => void;
}

/** Disconnects clients that do not read their responses, which stay in memory until then. */
export function limitUnreadResponses(server: FastifyInstance, limits: UnreadResponseLimits): void {
  const { timeoutMs, maxBytes, minAgeMs, nowMs } = limits;
  /** Oldest first. */
  const unread = new Set<Unread>();
  let bytes = 0;

  function dropOldest(): void {
    for (const response of unread) {
      if (bytes <= maxBytes || nowMs() - response.readyAtMs < minAgeMs) return;
      response.disconnect();
    }
  }

  server.addHook('onSend', ({ raw }, reply, payload, done) => {
    const disconnect = () => {
      raw.socket.destroy();
      forget();
    };
    const response = { bytes: sizeOf(payload), readyAtMs: nowMs(), disconnect };
    const timer = setTimeout(disconnect, timeoutMs);
    const forget = () => {
      clearTimeout(timer);
      if (unread.delete(response)) bytes -= response.bytes;
    };
    unread.add(response);
    bytes += response.bytes;
    onceClosed(reply, forget);
    dropOldest();
    done();
  });
}

/** 0 for other payloads: streams are not held in memory as a whole. */
function sizeOf(payload: unknown): number {
  return typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.length : 0;
}
