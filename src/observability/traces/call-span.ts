import {
  SpanKind,
  SpanStatusCode,
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
} from '@opentelemetry/api';
import type { AttemptAnswer, AttemptSpan, CallSpan } from '../../domain/spans';
import { endSpan } from './end-span';
import type { Tracing } from './operation-span';

/** A call of Feishu. It is a child of the first wait that it serves; the others link to it. */
export class TracedCall implements CallSpan {
  private attempts = 0;

  constructor(
    private readonly tracing: Tracing,
    private readonly span: Span,
    private readonly context: Context,
  ) {}

  get spanContext(): SpanContext {
    return this.span.spanContext();
  }

  startAttempt(method: string, path: string): AttemptSpan {
    const { tracer, upstream, sendsContext } = this.tracing;
    const attributes = toAttributes(upstream, method, path, this.attempts);
    this.attempts += 1;
    const span = tracer.startSpan(method, { kind: SpanKind.CLIENT, attributes }, this.context);
    return new TracedAttempt(span, sendsContext);
  }

  end(error?: unknown): void {
    endSpan(this.span, error);
  }
}

/** As the convention for HTTP clients says. Paths hold no IDs: users travel in bodies. */
function toAttributes(upstream: URL, method: string, path: string, resends: number): Attributes {
  const { origin, hostname, port, protocol } = upstream;
  const [template = ''] = path.split('?');
  return {
    'http.request.method': method,
    'server.address': hostname,
    'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
    'url.full': `${origin}${template}`,
    'url.template': template,
    ...(resends > 0 && { 'http.request.resend_count': resends }),
  };
}

class TracedAttempt implements AttemptSpan {
  constructor(
    private readonly span: Span,
    private readonly sendsContext: boolean,
  ) {}

  get traceparent(): string | undefined {
    if (!this.sendsContext) return undefined;
    const { traceId, spanId } = this.span.spanContext();
    // Only sampled operations have spans.
    return `00-${traceId}-${spanId}-01`;
  }

  end({ code, httpStatus, logId }: AttemptAnswer, failure: string | undefined): void {
    const { span } = this;
    if (httpStatus !== null) span.setAttribute('http.response.status_code', httpStatus);
    if (code !== null) span.setAttribute('feishu.code', code);
    if (logId !== null) span.setAttribute('feishu.log_id', logId);
    if (failure !== undefined) {
      span.setAttribute('error.type', failure).setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end();
  }
}
