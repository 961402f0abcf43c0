import { SpanStatusCode, type Span } from '@opentelemetry/api';
import { errorName } from '../../domain/error-name';
import { GatewayError } from '../../domain/errors';

/** Ends a span with the code of an error. Messages are left out: they may quote a request. */
export function endSpan(span: Span, error: unknown): void {
  // A second end would make the SDK warn.
  if (!span.isRecording()) return;
  if (error !== undefined) {
    const code = error instanceof GatewayError ? error.code : errorName(error);
    span.setAttribute('error.type', code).setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}
