import { userOfKey } from '../batching/scope';
import { createMemoryCache } from '../cache/memory.cache';
import type { Config } from '../config';
import type { UserInfoSource } from '../feishu/ports';
import type { BackgroundShare } from '../quota/demand';
import type { RedisLink } from '../redis/redis-link';
import type { EventListeners } from '../webhook/handle-event';
import type { CloseStack } from './close-stack';
import type { Deps } from './deps';
import { createEventListeners } from './event-listeners';
import { createFeishu, type Feishu, type OnReply } from './feishu';
import { startSharedState, toLifetimes, type SharedState } from './shared-state';
import { createStoreLoadings } from './store-loading';
import { createTenantLoading, type TenantLoading } from './tenant-loading';
import type { Upstream } from './upstream';

/** What the process has once, and the loading of each tenant. */
export interface Loading extends TenantLoadings {
  /** `undefined` if replicas share nothing. */
  readonly redis: RedisLink | undefined;
  /** How long a cached answer counts as fresh. */
  readonly freshMs: number;
  /** The people behind Feishu's user tokens. */
  readonly users: UserInfoSource;
  /** `undefined` if replicas share nothing. */
  readonly sharedState: SharedState | undefined;
  /** What happens with the content of Feishu's events. */
  readonly listeners: EventListeners;
  /** Starts to get the ticket of a store app, unless it is known. The webhook has to be reachable. */
  readonly prefetchTicket: () => void;
}

/** The loading of each tenant. A `tenantKey` is `null` exactly with a custom app, which has only one tenant. */
export interface TenantLoadings {
  /** What the operations of a tenant share. Call it once for each operation: an idle tenant is forgotten. */
  readonly of: (tenantKey: string | null) => TenantLoading;
  /** The same for a tenant that is served already, without counting as a use. */
  readonly known: (tenantKey: string | null) => TenantLoading | undefined;
  /** Keeps the tenant until the returned function is called, for work without a deadline. */
  readonly retain: (tenantKey: string | null) => () => void;
  /** The loading of a custom app; `undefined` with a store app. */
  readonly only: TenantLoading | undefined;
  /** Resolves when other replicas can read all answers of all tenants so far, and were told of them. */
  readonly remembered: () => Promise<unknown>;
}

/** What the loadings of all tenants are made from. */
export interface LoadingParts {
  readonly feishu: Feishu;
  readonly sharedState: SharedState | undefined;
  readonly backgroundShare?: BackgroundShare | undefined;
}

/** What the command line does differently from a gateway. */
export interface LoadingTuning {
  readonly onReply?: OnReply;
  readonly backgroundShare?: BackgroundShare;
}

/** Connects to Redis if replicas share one, and waits up to 2 s for it. */
export async function startLoading(
  config: Config,
  deps: Deps,
  closeStack: CloseStack,
  upstream: Upstream,
  { onReply, backgroundShare }: LoadingTuning = {},
): Promise<Loading> {
  // After this line, no I/O until the gates and the ID channel exist: the link subscribes once, with its first pulse.
  const sharedState = await startSharedState(config, upstream, deps, closeStack);
  // Opened after the link and so closed before it: the ledger stays reachable until in-flight calls have ended.
  const feishu = createFeishu(config, deps, closeStack, { upstream, sharedState, onReply });
  const parts = { feishu, sharedState, backgroundShare };
  const loadings =
    config.appType === 'store'
      ? createStoreLoadings(config, deps, closeStack, parts)
      : createCustomLoading(config, deps, parts);
  closeStack.push('answers', loadings.remembered);
  // Last, when every listener of the link is registered.
  await sharedState?.link.opened();
  return {
    ...loadings,
    redis: sharedState?.link,
    freshMs: toLifetimes(config.cache).freshMs,
    users: feishu.users,
    sharedState,
    listeners: createEventListeners({ ticket: feishu.ticket, loadings, sharedState }),
    prefetchTicket() {
      // The log has the reason of a failure already, and the first operation tries again.
      feishu.ticket?.credentials.token().catch(() => undefined);
    },
  };
}

/** The loading of a custom app, which has one tenant. */
function createCustomLoading(
  config: Config,
  deps: Deps,
  { feishu, sharedState, backgroundShare }: LoadingParts,
): TenantLoadings {
  const only = createTenantLoading(config, deps, {
    source: feishu.sourceOf(null),
    sharedState,
    createMemory: () => createMemoryCache({ maxUsers: config.cache.maxUsers, userOf: userOfKey }),
    backgroundShare,
  });
  deps.metrics.watchQuota(only.quota);
  return {
    of: () => only,
    known: () => only,
    retain: () => () => undefined,
    only,
    remembered: only.remembered,
  };
}
