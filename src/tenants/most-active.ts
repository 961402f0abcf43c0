/** What one tenant has used, or several together. */
export interface TenantUsage {
  readonly tenant: string;
  readonly calls: number;
}

/** No `tenant_key` has parentheses. */
export const OTHERS = '(others)';

/** The tenants with the most calls, and all others together, so that metrics have few labels. */
export function mostActive(tenants: Iterable<TenantUsage>, max: number): readonly TenantUsage[] {
  const sorted = [...tenants].sort((a, b) => b.calls - a.calls);
  const others = sorted.slice(max).reduce((sum, { calls }) => sum + calls, 0);
  const top = sorted.slice(0, max);
  return sorted.length > max ? [...top, { tenant: OTHERS, calls: others }] : top;
}
