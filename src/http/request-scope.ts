import { setMaxListeners } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { onceClosed } from './once-closed';

/** How long one request may take, and a signal for when its client is gone or has the answer. */
export interface RequestScope {
  readonly requestId: string;
  readonly acceptLanguage: string | undefined;
  /** Aborts with a TimeoutError at the deadline, with an AbortError once the response is closed. */
  readonly signal: AbortSignal;
  /** On the monotonic clock. */
  readonly deadlineAtMs: number;
}

/** One for all requests: each takes a stack. */
const OVER = new DOMException('the request is over', 'AbortError');

export function createRequestScope(
  request: FastifyRequest,
  reply: FastifyReply,
  deadlineMs: number,
  nowMs: number,
): RequestScope {
  const controller = new AbortController();
  // Every call of a large operation listens to it, and stops when it is done.
  setMaxListeners(0, controller.signal);
  const timer = setTimeout(() => {
    controller.abort(new DOMException('the deadline has passed', 'TimeoutError'));
  }, deadlineMs);
  // Emitted once in any case: when the connection broke, or after the answer. An error may have emptied
  // that before all of it was loaded; what is still waiting then is not sent.
  onceClosed(reply, () => {
    clearTimeout(timer);
    controller.abort(OVER);
  });
  return {
    requestId: request.id,
    acceptLanguage: request.headers['accept-language'],
    signal: controller.signal,
    deadlineAtMs: nowMs + deadlineMs,
  };
}
