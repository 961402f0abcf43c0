import type { Socket } from 'node:net';
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
  readonly socket: Socket;
}

/** Disconnects clients that do not read their responses, which stay in memory until then. */
export function limitUnreadResponses(server: FastifyInstance, limits: UnreadResponseLimits): void {
  const { timeoutMs, maxBytes, minAgeMs, nowMs } = limits;
  /** Oldest first. */
  const unread = new Set<Unread>();
  let bytes = 0;
  let isTimerSet = false;

  function forget(response: Unread): void {
    if (unread.delete(response)) bytes -= response.bytes;
  }

  function disconnect(response: Unread): void {
    response.socket.destroy();
    forget(response);
  }

  function dropOldest(): void {
    for (const response of unread) {
      if (bytes <= maxBytes || nowMs() - response.readyAtMs < minAgeMs) return;
      disconnect(response);
    }
  }

  /** One timer serves all responses. If its response has been read, it is set again for the oldest one left. */
  function setTimer(ms: number): void {
    isTimerSet = true;
    setTimeout(dropLate, ms).unref();
  }

  function dropLate(): void {
    isTimerSet = false;
    for (const response of unread) {
      const remainingMs = response.readyAtMs + timeoutMs - nowMs();
      if (remainingMs > 0) {
        setTimer(remainingMs);
        return;
      }
      disconnect(response);
    }
  }

  server.addHook('onSend', ({ raw }, reply, payload, done) => {
    const response = { bytes: sizeOf(payload), readyAtMs: nowMs(), socket: raw.socket };
    unread.add(response);
    bytes += response.bytes;
    if (!isTimerSet) setTimer(timeoutMs);
    onceClosed(reply, () => {
      forget(response);
    });
    if (bytes > maxBytes) dropOldest();
    done();
  });
}

/** 0 for other payloads: streams are not held in memory as a whole. */
function sizeOf(payload: unknown): number {
  return typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.length : 0;
}
