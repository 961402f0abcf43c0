import { Gauge, type Registry } from 'prom-client';

/** What one tenant of a store app has used, or several together. */
export interface TenantUsage {
  readonly tenant: string;
  readonly calls: number;
}

/** Gauges of the tenants of a store app, read at each scrape. They fall when a tenant becomes idle. */
export function createTenantMetrics(registers: Registry[]) {
  return {
    /** @param read the tenants with the most calls, and all others together: each becomes a label */
    watchTenants(read: () => { readonly tenants: number; readonly usage: readonly TenantUsage[] }) {
      new Gauge({
        name: 'gateway_tenants',
        help: 'Companies that the gateway serves now.',
        registers,
        collect() {
          this.set(read().tenants);
        },
      });
      new Gauge({
        name: 'gateway_tenant_calls',
        help: 'Attempts of Feishu calls for each of the companies with the most, and for all others, since the company is served.',
        labelNames: ['tenant'],
        registers,
        collect() {
          this.reset();
          for (const { tenant, calls } of read().usage) this.set({ tenant }, calls);
        },
      });
    },
  };
}
