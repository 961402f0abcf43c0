import { setMaxListeners } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { onceClosed } from './once-closed';

/** The deadline of one request, and a signal that ends its work. */
export interface RequestScope {
  readonly requestId: string;
  readonly acceptLanguage: string | undefined;
  /** Aborts with a `TimeoutError` at the deadline, or with an `AbortError` when the response is closed. */
  readonly signal: AbortSignal;
  /** On the monotonic clock. */
  readonly deadlineAtMs: number;
}

/** All requests share this error, since creating one captures a stack. */
const CLOSED = new DOMException('the request is over', 'AbortError');

export function createRequestScope(
  request: FastifyRequest,
  reply: FastifyReply,
  deadlineMs: number,
  nowMs: () => number,
): RequestScope {
  const deadlineAtMs = nowMs() + deadlineMs;
  let controller: AbortController | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function startController(): AbortController {
    const started = new AbortController();
    // A large operation makes many calls, and each adds a listener until it ends.
    setMaxListeners(0, started.signal);
    const expire = () => {
      started.abort(new DOMException('the deadline has passed', 'TimeoutError'));
    };
    const remainingMs = deadlineAtMs - nowMs();
    if (isClosed) started.abort(CLOSED);
    else if (remainingMs <= 0) expire();
    else timer = setTimeout(expire, remainingMs);
    return started;
  }

  // Runs after the response too: if an error ended the response early, loads that still wait are cancelled.
  onceClosed(reply, () => {
    isClosed = true;
    clearTimeout(timer);
    controller?.abort(CLOSED);
  });
  return {
    requestId: request.id,
    acceptLanguage: request.headers['accept-language'],
    deadlineAtMs,
    // Most requests are answered from memory, and never need a signal.
    get signal() {
      return (controller ??= startController()).signal;
    },
  };
}
