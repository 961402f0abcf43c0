import { createContexts, type Contexts } from '../../src/composition/contexts';
import { createCloseStack } from '../../src/composition/close-stack';
import type { TenantLoadings } from '../../src/composition/loading';
import { startSharedState } from '../../src/composition/shared-state';
import { createStoreLoadings } from '../../src/composition/store-loading';
import { loadConfig } from '../../src/config';
import type { Clock } from '../../src/domain/clock';
import { Secret } from '../../src/domain/secret';
import { createLogger } from '../../src/observability/logger';
import { createMetrics } from '../../src/observability/metrics';
import type { createModelFeishu } from './access-feishu';
import type { ProcessOptions } from './access-schedules';
import { sha256 } from './clients';

/** One replica of a store app's gateway, from the contexts of operations to the gates. */
export interface ModelReplica extends Contexts {
  readonly loadings: TenantLoadings;
  readonly close: () => Promise<void>;
}

export interface ReplicaParts {
  readonly clock: Clock;
  readonly feishu: Pick<ReturnType<typeof createModelFeishu>, 'sourceOf'>;
  /** Called with each line that the replica logs as an error. */
  readonly onDefect: (line: string) => void;
}

const APP = { appId: 'cli_store', appSecret: new Secret('secret') };

/** Composed as `app.ts` does. With Redis, it is connected to it. */
export async function startReplica(
  options: ProcessOptions,
  { clock, feishu, onDefect }: ReplicaParts,
): Promise<ModelReplica> {
  const config = configOf(options);
  const log = createLogger('error', { write: onDefect });
  const deps = { clock, random: () => 0.5, log, metrics: createMetrics(() => clock.now()) };
  const closeStack = createCloseStack(log);
  const upstream = { origin: 'https://open.feishu.cn', accountsOrigin: null, app: APP };
  const sharedState = await startSharedState(config, upstream, deps, closeStack);
  const users = { whoIs: () => Promise.reject(new Error('no user token is looked up')) };
  const loadings = createStoreLoadings(config, deps, closeStack, {
    feishu: { sourceOf: feishu.sourceOf, ticket: undefined, users },
    sharedState,
  });
  await sharedState?.link.opened();
  const loading = { ...loadings, freshMs: config.cache.freshSeconds * 1_000 };
  const contexts = createContexts(config, deps, loading, { key: 'id', unprefixed: 'USER_ID' });
  return { ...contexts, loadings, close: () => closeStack.close() };
}

function configOf({ mode, strategy, remembers, redisUrl }: ProcessOptions) {
  const shared = redisUrl !== undefined;
  // Redis runs on real time, so answers become stale soon, and the quota is never used up.
  const [fresh, stale] = shared ? ['1', '2'] : ['30', '120'];
  return loadConfig({
    FEISHU_APP_ID: APP.appId,
    FEISHU_APP_SECRET: APP.appSecret.reveal(),
    FEISHU_APP_TYPE: 'store',
    FEISHU_EVENT_VERIFICATION_TOKEN: 'verification-token',
    FEISHU_QUOTA_CALLS: shared ? '1000000' : '20',
    FEISHU_QUOTA_WINDOW_SECONDS: '1',
    AUTH_FEISHU_USERS: 'on',
    AUTH_SERVICE_TOKENS: `all:${sha256('token')}@acme`,
    UPSTREAM_IDENTITY: mode,
    FILTER_STRATEGY: strategy,
    CACHE_FRESH_SECONDS: remembers ? fresh : '0',
    CACHE_STALE_SECONDS: remembers ? stale : '0',
    // Fewer than there are, so that answers are dropped, and read from Redis.
    CACHE_MAX_USERS: shared ? '10' : '50',
    ...(shared && { REDIS_URL: redisUrl }),
  });
}
