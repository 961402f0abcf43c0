/**
 * What a traced operation reports of its steps: operation → wait → call → attempt. An operation that is not traced has
 * no span, so that it costs one comparison at each step. Spans are passed by hand, without a context manager. They take
 * no IDs of users, no tokens and no texts of Feishu. Each `end` counts once.
 */
export interface OperationSpan {
  /** 32 hexadecimal digits, for the log. */
  readonly traceId: string;
  /** Called once the document of the operation is known. */
  noteOperation(type: string, name: string | undefined): void;
  /** The codes of the response's errors. */
  noteErrors(codes: readonly string[]): void;
  /** Begins a wait for answers of Feishu. */
  startWait(): WaitSpan;
  /** @param status of the response; `undefined` if the client disconnected before it had all of it */
  end(status: number | undefined): void;
}

/** The time in which an operation waits for Feishu's answers, in the queue and while calls are in flight. */
export interface WaitSpan {
  /** Begins a call on behalf of this wait. Other waits link to it. @param users how many users share the call */
  startCall(api: string, users?: number): CallSpan;
  /** Notes a call that answers this wait. */
  link(call: CallSpan): void;
  /** @param error the reason, if a part of the wait has no answer */
  end(error?: unknown): void;
}

/** One call of Feishu with its retries, for all operations that share it. */
export interface CallSpan {
  startAttempt(method: string, path: string): AttemptSpan;
  /** @param error the reason, if the call failed */
  end(error?: unknown): void;
}

/** One HTTP request. */
export interface AttemptSpan {
  /** The header `traceparent` of the request; `undefined` unless the upstream gets trace contexts. */
  readonly traceparent: string | undefined;
  /** @param failure the kind of failure; `undefined` if the attempt succeeded */
  end(answer: AttemptAnswer, failure: string | undefined): void;
}

/** What Feishu answered to an attempt; `null`: nothing. */
export interface AttemptAnswer {
  readonly code: number | null;
  readonly httpStatus: number | null;
  readonly logId: string | null;
}

/** Where a request says that its trace began. */
export interface TraceParent {
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
}

export interface TracedRequest extends TraceParent {
  readonly method: string;
  /** The path of the route, without a query. */
  readonly route: string;
  readonly scheme: string;
}

export interface Tracer {
  /** @returns `undefined` if the operation is not sampled */
  startOperation(request: TracedRequest): OperationSpan | undefined;
}

/** The first of these waits that is traced begins the call, and all of them link to it. */
export function startSharedCall(
  waits: Iterable<WaitSpan | undefined>,
  api: string,
  users?: number,
): CallSpan | undefined {
  for (const wait of waits) if (wait) return wait.startCall(api, users);
  return undefined;
}

/** Ends the span when the work settles. @returns the same promise */
export function endWith<T>(span: WaitSpan | CallSpan | undefined, work: Promise<T>): Promise<T> {
  if (span) {
    work.then(
      () => {
        span.end();
      },
      (error: unknown) => {
        span.end(error);
      },
    );
  }
  return work;
}
