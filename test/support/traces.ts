import { ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { startGateway, type TestGateway, type TestGatewayOptions } from './gateway';

/** An exporter that keeps the spans in memory, also after the gateway has closed it. */
export function createSpanCollector() {
  const spans: ReadableSpan[] = [];
  const exporter: SpanExporter = {
    export(ended, done) {
      spans.push(...ended);
      done({ code: ExportResultCode.SUCCESS });
    },
    shutdown: () => Promise.resolve(),
  };
  return { spans, exporter };
}

export interface TracedGateway extends TestGateway {
  /** Closes the gateway, which exports the last spans. @returns all spans */
  traces(): Promise<readonly ReadableSpan[]>;
}

export async function startTracedGateway(options: TestGatewayOptions = {}): Promise<TracedGateway> {
  const { spans, exporter } = createSpanCollector();
  const gateway = await startGateway({
    spanExporter: exporter,
    ...options,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', ...options.env },
  });
  return {
    ...gateway,
    async traces() {
      await gateway.close();
      return spans;
    },
  };
}

/** The spans with a name, e.g. `wait`. */
export const named = (spans: readonly ReadableSpan[], name: string) =>
  spans.filter((span) => span.name === name);

export const idOf = (span: ReadableSpan | undefined) => span?.spanContext().spanId;

/** The spans that a span links to, by ID. */
export const linksOf = ({ links }: ReadableSpan) => links.map(({ context }) => context.spanId);
