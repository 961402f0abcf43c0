/** The GraphQL request in progress that waits for answers. */
export interface OperationContext {
  /** Aborts at the deadline, or when the client has disconnected. */
  readonly signal: AbortSignal;
  /** On the monotonic clock. */
  readonly deadlineAtMs: number;
  /** Told of each upstream call that serves this operation, and how long the operation waited for it. */
  readonly onCall: (waitedMs: number) => void;
  /** A background refresh: no client waits for its answers. */
  readonly background: boolean;
}
