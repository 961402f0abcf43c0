/** One upstream call for tasks. Operations that share a call are told of the same object. */
export interface TaskCall {
  /** Key of all that its users have in common. */
  readonly scope: string;
}

/** The GraphQL request in progress that waits for answers. */
export interface OperationContext {
  /** Aborts at the deadline, or when the client has disconnected. */
  readonly signal: AbortSignal;
  /** On the monotonic clock. */
  readonly deadlineAtMs: number;
  /**
   * Told of each upstream call that serves this operation, retries included: how long the operation waited
   * for it and, if it is a call for tasks, which one it is.
   */
  readonly onCall: (waitedMs: number, call?: TaskCall) => void;
  /** A background refresh: no client waits for its answers. */
  readonly background: boolean;
  /** A service's: its full calls leave a reserve of the upstream quota to others. */
  readonly leavesReserve: boolean;
}
