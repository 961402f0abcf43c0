import type { Config } from '../config';
import type { UserInfoSource } from '../feishu/ports';
import type { BackgroundShare } from '../quota/demand';
import type { RedisLink } from '../redis/redis-link';
import type { EventListeners } from '../webhook/handle-event';
import type { CloseStack } from './close-stack';
import type { Deps } from './deps';
import { createFeishu, type OnReply } from './feishu';
import { startSharedState, toLifetimes, type SharedState } from './shared-state';
import { createTenantLoading, type TenantLoading } from './tenant-loading';
import type { Upstream } from './upstream';

/** What the process has once, and the loading of each tenant. */
export interface Loading {
  /** What the operations of one tenant share. @param tenantKey `null`: the only tenant of a custom app */
  readonly of: (tenantKey: string | null) => TenantLoading;
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
  const feishu = createFeishu(upstream, deps, closeStack, onReply);
  const source = feishu.sourceOf(null);
  const only = createTenantLoading(config, deps, { source, sharedState, backgroundShare });
  deps.metrics.watchCallsLeft(async () => (await only.quota()).callsLeft);
  // Last, when every listener of the link is registered.
  await sharedState?.link.opened();
  return {
    of: () => only,
    redis: sharedState?.link,
    freshMs: toLifetimes(config.cache).freshMs,
    users: feishu.users,
    sharedState,
    listeners: {
      onAppTicket: () => undefined,
      onReviewChange: (change) => {
        only.noteChange(change);
      },
    },
  };
}
