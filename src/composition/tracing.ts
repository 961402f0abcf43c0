import type { Config } from '../config';
import type { Clock } from '../domain/clock';
import type { Tracer } from '../domain/spans';
import { createCountedWarnings } from '../observability/counted-warnings';
import type { CloseStack } from './close-stack';
import type { Deps } from './deps';
import type { Upstream } from './upstream';

/** A collector that does not answer delays the exit by no more than this. */
const FLUSH_TIMEOUT_MS = 3_000;

/** Loads OpenTelemetry's SDK if traces are configured. Closing exports the last spans. */
export async function startTracing(
  { traces }: Config,
  { clock, log, metrics, spanExporter }: Deps,
  closeStack: CloseStack,
  { origin }: Pick<Upstream, 'origin'>,
): Promise<Tracer | undefined> {
  if (!traces) return undefined;
  const { createOtelTracer } = await import('../observability/traces/otel.tracer.js');
  const { createOtlpExporter, watchExporter } =
    await import('../observability/traces/otlp-exporter.js');
  const { url, headers, ...sampling } = traces;
  const warn = createCountedWarnings({
    log,
    nowMs: () => clock.now(),
    message: 'spans not exported',
  });
  const exporter = watchExporter(
    spanExporter ?? createOtlpExporter({ url, headers: headersOf(headers?.reveal()) }),
    (spans, failure) => {
      metrics.observeExport(failure === undefined ? 'exported' : 'failed', spans);
      if (failure !== undefined) warn(failure, spans);
    },
  );
  const tracer = createOtelTracer({ ...sampling, exporter, upstreamOrigin: origin });
  closeStack.push('traces', () => within(FLUSH_TIMEOUT_MS, clock, tracer.shutdown()));
  return tracer;
}

/** `name=value,name=value`, percent-encoded, as the standard says. */
function headersOf(text = ''): Record<string, string> {
  const pairs = text.split(',').filter((pair) => pair.includes('='));
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())];
    }),
  );
}

/** Never rejects: a failed export is counted and logged. */
async function within(timeoutMs: number, clock: Clock, work: Promise<void>): Promise<void> {
  const alarm = new AbortController();
  const done = work.catch(() => undefined);
  const tooLong = clock.sleep(timeoutMs, alarm.signal).catch(() => undefined);
  await Promise.race([done, tooLong]);
  alarm.abort();
}
