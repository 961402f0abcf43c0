import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Config } from '../config';
import type { Clock } from '../domain/clock';
import { createLogger, type Logger } from '../observability/logger';
import { createMetrics, type Metrics } from '../observability/metrics';
import { systemClock } from '../system-clock';

/** Dependencies of every stage. */
export interface Deps {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Replaces the exporter of traces in tests. */
  readonly spanExporter?: SpanExporter | undefined;
}

/** Replacements for tests. */
export type Overrides = Partial<Pick<Deps, 'clock' | 'random' | 'log' | 'spanExporter'>>;

export function createDeps({ logLevel }: Config, overrides: Overrides): Deps {
  const { clock = systemClock, random = Math.random, spanExporter } = overrides;
  const log = overrides.log ?? createLogger(logLevel);
  return { clock, random, log, metrics: createMetrics(() => clock.now()), spanExporter };
}
