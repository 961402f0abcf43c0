import type { OperationEnd } from './operation-end';
import type { OperationSpan } from './spans';

/** One upstream call for tasks. Operations that share a call get the same object. */
export interface TaskCall {
  /** The key of the call's batch scope. */
  readonly scope: string;
}

/** A GraphQL request in progress, or a background refresh, that waits for answers. */
export interface OperationContext {
  /** At the deadline, or when the client disconnects. */
  readonly end: OperationEnd;
  /** Aborts at the end. Read it only for code that needs an `AbortSignal`: it is made when it is first read. */
  readonly signal: AbortSignal;
  /** On the monotonic clock. */
  readonly deadlineAtMs: number;
  /**
   * Called for each upstream call that serves this operation, and for each retry. `waitedMs` is how long the
   * operation waited for the call to be sent. `call` is given if the operation is charged for it.
   */
  readonly onCall: (waitedMs: number, call?: TaskCall) => void;
  /** True for a background refresh: no client waits for its answers. */
  readonly background: boolean;
  /** True for a background refresh whose calls are not spaced while the gateway is quiet. */
  readonly isPrompt?: boolean;
  /**
   * True for services: while only the last quarter of the quota is left, their full calls are spaced and come
   * after other calls.
   */
  readonly leavesReserve: boolean;
  /** `undefined` if the operation is not traced. */
  readonly span?: OperationSpan | undefined;
}

/** The part of an operation's remaining time that is kept for Feishu's answer. */
const ANSWER_SHARE = 0.1;

/** When a call must be sent so that the operation is answered in time. */
export function sendByMsOf({ deadlineAtMs }: OperationContext, nowMs: number): number {
  return deadlineAtMs - (deadlineAtMs - nowMs) * ANSWER_SHARE;
}
