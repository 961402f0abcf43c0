import {
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import type { CallSpan, OperationSpan, WaitSpan } from '../../domain/spans';
import { TracedCall } from './call-span';
import { endSpan } from './end-span';

export interface Tracing {
  readonly tracer: Tracer;
  /** Where calls go. */
  readonly upstream: URL;
  /** Whether Feishu gets the trace context of each call. */
  readonly sendsContext: boolean;
}

const MAX_NAME_LENGTH = 100;

/**
 * The server span of an operation, as the conventions for GraphQL servers and HTTP servers say. It leaves out what
 * names a person or a secret: variables, the document, the URL's query, addresses and the user agent.
 */
export class TracedOperation implements OperationSpan {
  readonly traceId: string;

  constructor(
    private readonly tracing: Tracing,
    private readonly span: Span,
    private readonly context: Context,
  ) {
    this.traceId = span.spanContext().traceId;
  }

  noteOperation(type: string, name: string | undefined): void {
    this.span.updateName(type).setAttribute('graphql.operation.type', type);
    if (name !== undefined) {
      this.span.setAttribute('graphql.operation.name', name.slice(0, MAX_NAME_LENGTH));
    }
  }

  noteErrors(codes: readonly string[]): void {
    const [first] = codes;
    if (first === undefined) return;
    this.span.setAttributes({ 'error.type': first, 'gateway.error.codes': [...codes] });
    if (codes.some(isServerFault)) this.span.setStatus({ code: SpanStatusCode.ERROR });
  }

  startWait(): WaitSpan {
    const span = this.tracing.tracer.startSpan('wait', { kind: SpanKind.INTERNAL }, this.context);
    return new TracedWait(this.tracing, span, trace.setSpan(this.context, span));
  }

  end(status: number | undefined): void {
    if (status === undefined) this.span.setAttribute('error.type', 'disconnected');
    else this.span.setAttribute('http.response.status_code', status);
    if (status !== undefined && status >= 500) this.span.setStatus({ code: SpanStatusCode.ERROR });
    this.span.end();
  }
}

/** A mistake of the client is no error of the server: the conventions leave the status unset. */
function isServerFault(code: string): boolean {
  return code.startsWith('UPSTREAM_') || code === 'INTERNAL_SERVER_ERROR';
}

class TracedWait implements WaitSpan {
  constructor(
    private readonly tracing: Tracing,
    private readonly span: Span,
    private readonly context: Context,
  ) {}

  startCall(api: string, users?: number): CallSpan {
    const attributes = { 'feishu.api': api, ...(users !== undefined && { 'feishu.users': users }) };
    const options = { kind: SpanKind.INTERNAL, attributes };
    const span = this.tracing.tracer.startSpan(`call ${api}`, options, this.context);
    return new TracedCall(this.tracing, span, trace.setSpan(this.context, span));
  }

  link(call: CallSpan): void {
    if (call instanceof TracedCall) this.span.addLink({ context: call.spanContext });
  }

  end(error?: unknown): void {
    endSpan(this.span, error);
  }
}
