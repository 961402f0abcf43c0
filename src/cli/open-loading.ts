import { createCloseStack } from '../composition/close-stack';
import { createDeps, type Deps, type Overrides } from '../composition/deps';
import { startLoading, type LoadingTuning } from '../composition/loading';
import type { TenantLoading } from '../composition/tenant-loading';
import { startUpstream, type Upstream } from '../composition/upstream';
import type { Config } from '../config';
import { createLogger } from '../observability/logger';
import type { RedisLink } from '../redis/redis-link';

/** The gateway's own way to Feishu and Redis, without its server. */
export interface OpenLoading {
  readonly loading: TenantLoading;
  /** `undefined` if replicas share nothing. */
  readonly redis: RedisLink | undefined;
  readonly upstream: Upstream;
  readonly deps: Deps;
  close(): Promise<void>;
}

/** Connects to Redis if it is configured. The log is silent: each subcommand prints what the operator needs. */
export async function openLoading(
  config: Config,
  tuning: LoadingTuning,
  overrides: Overrides,
  tenantKey: string | null = null,
): Promise<OpenLoading> {
  const deps = createDeps(config, { log: createLogger('silent'), ...overrides });
  const closeStack = createCloseStack(deps.log);
  try {
    const upstream = await startUpstream(config, deps, closeStack);
    const { of, retain, redis } = await startLoading(config, deps, closeStack, upstream, tuning);
    // A subcommand works with its tenant until the process ends.
    retain(tenantKey);
    return { loading: of(tenantKey), redis, upstream, deps, close: () => closeStack.close() };
  } catch (error) {
    await closeStack.close().catch(() => undefined);
    throw error;
  }
}
