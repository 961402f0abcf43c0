import { setMaxListeners } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OperationEnd } from '../domain/operation-end';
import type { OperationSpan } from '../domain/spans';
import { onceClosed } from './once-closed';

/** The deadline of one request, and what ends its work. */
export interface RequestScope {
  readonly requestId: string;
  readonly acceptLanguage: string | undefined;
  /** On the monotonic clock. */
  readonly deadlineAtMs: number;
  /** With a `TimeoutError` at the deadline, or with an `AbortError` when the response is closed. */
  readonly end: OperationEnd;
  /** Aborts at the end. Made when it is first read, for code that needs an `AbortSignal`, as timers do. */
  readonly signal: AbortSignal;
  /** `undefined` if the operation is not traced. */
  span: OperationSpan | undefined;
}

/** All requests share this error, since creating one captures a stack. */
const CLOSED = new DOMException('the request is over', 'AbortError');

export function createRequestScope(
  request: FastifyRequest,
  reply: FastifyReply,
  deadlineMs: number,
  nowMs: () => number,
): RequestScope {
  const end = new RequestEnd(nowMs() + deadlineMs, nowMs);
  // Runs after the response too: if an error ended the response early, loads that still wait are cancelled.
  onceClosed(reply, () => {
    end.finish(CLOSED);
  });
  return new Scope(request.id, request.headers['accept-language'], end);
}

/** A class, as `LoaderOperation` is: V8 frees an object literal with a getter late. */
class Scope implements RequestScope {
  span: OperationSpan | undefined = undefined;
  #signal: AbortSignal | undefined;

  constructor(
    readonly requestId: string,
    readonly acceptLanguage: string | undefined,
    readonly end: RequestEnd,
  ) {}

  get deadlineAtMs(): number {
    return this.end.deadlineAtMs;
  }

  get signal(): AbortSignal {
    return (this.#signal ??= toSignal(this.end));
  }
}

class RequestEnd implements OperationEnd {
  #reason: DOMException | undefined;
  /** Started when the request begins to wait: most requests are answered from memory. */
  #timer: NodeJS.Timeout | undefined;
  #listeners: Set<() => void> | undefined;

  constructor(
    readonly deadlineAtMs: number,
    private readonly nowMs: () => number,
  ) {}

  get aborted(): boolean {
    return this.reason !== undefined;
  }

  get reason(): DOMException | undefined {
    if (!this.#reason && this.nowMs() >= this.deadlineAtMs) this.#expire();
    return this.#reason;
  }

  addEventListener(_: 'abort', listener: () => void): void {
    if (this.aborted) return;
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
    this.#timer ??= setTimeout(() => {
      this.#expire();
    }, this.deadlineAtMs - this.nowMs());
  }

  removeEventListener(_: 'abort', listener: () => void): void {
    this.#listeners?.delete(listener);
  }

  finish(reason: DOMException): void {
    if (this.#reason) return;
    this.#reason = reason;
    clearTimeout(this.#timer);
    for (const listener of this.#listeners ?? []) listener();
    this.#listeners = undefined;
  }

  #expire(): void {
    this.finish(new DOMException('the deadline has passed', 'TimeoutError'));
  }
}

function toSignal(end: OperationEnd): AbortSignal {
  const controller = new AbortController();
  // A large operation makes many calls, and each adds a listener until it ends.
  setMaxListeners(0, controller.signal);
  const abort = () => {
    controller.abort(end.reason);
  };
  if (end.aborted) abort();
  else end.addEventListener('abort', abort, { once: true });
  return controller.signal;
}
