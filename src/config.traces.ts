import type { Variables } from './config.variables';
import { Secret } from './domain/secret';
import type { SamplerName } from './observability/sampler-names';

export interface TracesConfig {
  /** The collector's URL for traces. */
  readonly url: string;
  /** `name=value` pairs that the collector wants; `null`: none. */
  readonly headers: Secret | null;
  readonly serviceName: string;
  readonly sampler: SamplerName;
  /** The share of traces that a `traceidratio` sampler keeps, from 0 to 1. */
  readonly ratio: number;
  /** Whether calls to Feishu carry the trace context. */
  readonly sendsContext: boolean;
}

/** Traces are on if the address of a collector is given. */
export function toTraces(variables: Variables): TracesConfig | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_HEADERS: headers } = variables;
  const url = variables.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? (base && withTracesPath(base));
  if (url === undefined) return undefined;
  return {
    url,
    headers: headers === undefined ? null : new Secret(headers),
    serviceName: variables.OTEL_SERVICE_NAME,
    sampler: variables.OTEL_TRACES_SAMPLER,
    ratio: variables.OTEL_TRACES_SAMPLER_ARG,
    sendsContext: variables.FEISHU_TRACE_CONTEXT === 'on',
  };
}

/** The standard appends the path of the signal to the common endpoint. */
function withTracesPath(base: string): string {
  return `${base.replace(/\/+$/, '')}/v1/traces`;
}
