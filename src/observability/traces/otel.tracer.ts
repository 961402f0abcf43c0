import { defaultTextMapGetter, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace';
import type { Tracer } from '../../domain/spans';
import { TracedOperation } from './operation-span';
import type { SamplerName } from '../sampler-names';
import { createSampler } from './sampler';

export interface OtelTracerOptions {
  readonly exporter: SpanExporter;
  readonly serviceName: string;
  readonly sampler: SamplerName;
  /** The share of traces that a `traceidratio` sampler keeps, from 0 to 1. */
  readonly ratio: number;
  /** Scheme, host and port of Feishu. */
  readonly upstreamOrigin: string;
  /** Whether Feishu gets the trace context of each call. */
  readonly sendsContext: boolean;
}

export interface OtelTracer extends Tracer {
  /** Exports the spans that have ended, and then no more. Rejects if that fails. */
  readonly shutdown: () => Promise<void>;
}

/** The name of an operation's span until its document is known, as the GraphQL convention says. */
const UNKNOWN_OPERATION = 'GraphQL Operation';

/**
 * Traces by OpenTelemetry. It registers nothing globally and installs no context manager: libraries that would add
 * their own spans, such as the Redis client, find no tracer.
 */
export function createOtelTracer(options: OtelTracerOptions): OtelTracer {
  const { exporter, serviceName, upstreamOrigin, sendsContext } = options;
  const provider = new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ 'service.name': serviceName })),
    sampler: createSampler(options.sampler, options.ratio),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer('stage-task-gateway');
  const propagator = new W3CTraceContextPropagator();
  const tracing = { tracer, upstream: new URL(upstreamOrigin), sendsContext };

  return {
    startOperation({ traceparent, tracestate, method, route, scheme }) {
      const parent = propagator.extract(
        ROOT_CONTEXT,
        { traceparent, tracestate },
        defaultTextMapGetter,
      );
      const attributes = {
        'http.request.method': method,
        'http.route': route,
        'url.path': route,
        'url.scheme': scheme,
      };
      const options = { kind: SpanKind.SERVER, attributes };
      const span = tracer.startSpan(UNKNOWN_OPERATION, options, parent);
      if (!span.isRecording()) return undefined;
      return new TracedOperation(tracing, span, trace.setSpan(parent, span));
    },
    shutdown: () => provider.shutdown(),
  };
}
