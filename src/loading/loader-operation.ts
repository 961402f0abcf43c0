import type { OperationContext, TaskCall } from '../domain/operation-context';
import type { OperationEnd } from '../domain/operation-end';
import type { OperationSpan } from '../domain/spans';

/** The deadline of an operation, and what ends it. */
export interface LoaderLife {
  readonly end: OperationEnd;
  /** Read only by code that needs an `AbortSignal`, since making one costs more than most answers. */
  readonly signal: AbortSignal;
  /** On the monotonic clock. */
  readonly deadlineAtMs: number;
  /** `undefined` if the operation is not traced. */
  readonly span?: OperationSpan | undefined;
}

/**
 * The operation of a loader, for the rooms that wait for Feishu. A class: V8 makes a hidden class for each object
 * literal with a getter, and keeps all that the getter can reach until the next major garbage collection.
 */
export class LoaderOperation implements OperationContext {
  readonly background = false;

  constructor(
    private readonly life: LoaderLife,
    readonly leavesReserve: boolean,
    readonly onCall: (waitedMs: number, call?: TaskCall) => void,
  ) {}

  get end(): OperationEnd {
    return this.life.end;
  }

  get signal(): AbortSignal {
    return this.life.signal;
  }

  get deadlineAtMs(): number {
    return this.life.deadlineAtMs;
  }

  get span(): OperationSpan | undefined {
    return this.life.span;
  }
}
