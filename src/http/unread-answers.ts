import type { FastifyInstance } from 'fastify';
import { onceClosed } from './once-closed';

export interface UnreadAnswerLimits {
  /** From the answer being ready until the client has taken it. */
  readonly timeoutMs: number;
  /** Of all answers that are ready and not taken; beyond, the oldest of them are given up. */
  readonly maxBytes: number;
  /** While an answer is younger, its client may be reading. */
  readonly minAgeMs: number;
  readonly nowMs: () => number;
}

interface Unread {
  readonly bytes: number;
  readonly readyAtMs: number;
  readonly hangUp: () => void;
}

/** Hangs up on clients that do not take their answers, which are held in memory until then. */
export function limitUnreadAnswers(server: FastifyInstance, limits: UnreadAnswerLimits): void {
  const { timeoutMs, maxBytes, minAgeMs, nowMs } = limits;
  /** The oldest first. */
  const unread = new Set<Unread>();
  let bytes = 0;

  function giveUpOldest(): void {
    for (const answer of unread) {
      if (bytes <= maxBytes || nowMs() - answer.readyAtMs < minAgeMs) return;
      answer.hangUp();
    }
  }

  server.addHook('onSend', ({ raw }, reply, payload, done) => {
    const hangUp = () => {
      raw.socket.destroy();
      forget();
    };
    const answer = { bytes: sizeOf(payload), readyAtMs: nowMs(), hangUp };
    const timer = setTimeout(hangUp, timeoutMs);
    const forget = () => {
      clearTimeout(timer);
      if (unread.delete(answer)) bytes -= answer.bytes;
    };
    unread.add(answer);
    bytes += answer.bytes;
    onceClosed(reply, forget);
    giveUpOldest();
    done();
  });
}

/** Pages are short, and streams are read from the disk as they are taken. */
function sizeOf(payload: unknown): number {
  return typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.length : 0;
}
