import { ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { errorName } from '../../domain/error-name';

export interface OtlpExporterOptions {
  /** The collector's URL, with path. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends spans as OTLP over HTTP, in JSON. */
export function createOtlpExporter({ url, headers }: OtlpExporterOptions): SpanExporter {
  return new OTLPTraceExporter({ url, headers: { ...headers } });
}

/** The exporter, which reports how many spans the collector took, or why it took none of them. */
export function watchExporter(
  exporter: SpanExporter,
  onExport: (spans: number, failure: string | undefined) => void,
): SpanExporter {
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const isDone = result.code === ExportResultCode.SUCCESS;
        onExport(spans.length, isDone ? undefined : errorName(result.error));
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
}
