import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OperationSpan, Tracer } from '../domain/spans';
import { onceClosed } from './once-closed';

/**
 * Begins the span of a request's operation before the client is authenticated, so that the trace has the time for that.
 * The span of a refused request is never ended, and so never exported: refusals are counted and logged.
 */
export function traceRequest(tracer: Tracer, request: FastifyRequest): OperationSpan | undefined {
  const { traceparent, tracestate } = request.headers;
  return tracer.startOperation({
    traceparent: textOf(traceparent),
    tracestate: textOf(tracestate),
    method: request.method,
    route: request.routeOptions.url ?? '',
    scheme: request.protocol,
  });
}

/** Ends the span when the client has the response, or has disconnected. */
export function endWithResponse(span: OperationSpan, reply: FastifyReply): void {
  onceClosed(reply, () => {
    span.end(reply.raw.writableFinished ? reply.statusCode : undefined);
  });
}

/** Node joins repeated headers with commas. Such a `traceparent` is invalid, so the operation begins a trace. */
function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header;
}
