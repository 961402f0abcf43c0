/**
 * The end of an operation, as far as code needs it that only waits. Every `AbortSignal` is one, but making an
 * `AbortSignal` for each request that waits would take longer than to queue its user.
 */
export interface OperationEnd {
  /** Whether the operation has ended. */
  readonly aborted: boolean;
  /** A `TimeoutError` at the deadline, an `AbortError` when the client disconnects; `undefined` before the end. */
  readonly reason: unknown;
  /** The listener is called once, at the end. It is not called if the operation has ended before. */
  addEventListener(type: 'abort', listener: () => void, options: { readonly once: true }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
