import type { OperationEnd } from './operation-end';

/** Settles like the promise, or rejects with `onAbort()` if the signal aborts first. The work itself goes on. */
export function abortable<T>(
  promise: Promise<T>,
  signal: OperationEnd,
  onAbort: () => Error,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(onAbort());
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    void promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}
