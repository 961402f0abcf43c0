import { createMetrics } from '../../src/observability/metrics';
import { ManualClock } from './manual-clock';

/** A metric as the gateway registers it. */
export interface DescribedMetric {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
}

/** All metrics that a gateway can have: of a custom app or a store app, with Redis. */
export function createAllMetrics() {
  const metrics = createMetrics(new ManualClock().now);
  metrics.watchQuota(() => Promise.resolve({ callsLeft: 20, closedReason: null, waitingUsers: 0 }));
  metrics.watchRedis(() => true);
  metrics.watchTenants(() => ({ tenants: 1, usage: [{ tenant: 'a', calls: 1 }] }));
  return metrics.registry;
}

/** By name. */
export function describeMetrics(): ReadonlyMap<string, DescribedMetric> {
  const registered = createAllMetrics().getMetricsAsArray() as unknown as readonly {
    readonly name: string;
    readonly type: string;
    readonly labelNames?: readonly string[];
  }[];
  return new Map(
    registered.map(({ name, type, labelNames = [] }) => [name, { name, type, labels: labelNames }]),
  );
}
