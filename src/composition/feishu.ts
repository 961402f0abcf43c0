import { createFeishuClient } from '../feishu/feishu-client';
import { createFeishuSource, type FeishuSource } from '../feishu/feishu.source';
import type { UserInfoSource } from '../feishu/ports';
import { createTenantTokenCustody } from '../feishu/tenant-token';
import { fetchTenantToken } from '../feishu/tenant-token.request';
import { createTransport } from '../feishu/transport';
import { createUserInfoSource } from '../feishu/user-info.source';
import type { CloseStack } from './close-stack';
import type { Deps } from './deps';
import type { Upstream } from './upstream';

/** The ports to Feishu, which share one pool of connections. */
export interface FeishuSources {
  readonly tasksAndSemesters: FeishuSource;
  readonly users: UserInfoSource;
}

export function createFeishuSources(
  upstream: Upstream,
  { clock, random, log, metrics }: Deps,
  closeStack: CloseStack,
): FeishuSources {
  const transport = createTransport(upstream.origin);
  closeStack.push('transport', () => transport.close());
  const client = createFeishuClient({
    transport,
    clock,
    random,
    log,
    onAttempt: metrics.observeAttempt,
  });
  const app = createTenantTokenCustody({
    fetchToken: () => fetchTenantToken(client, upstream.app, clock),
    clock,
    log,
  });
  const tasksAndSemesters = createFeishuSource({
    client,
    app,
    clock,
    log,
    onUnreadable: metrics.observeUnreadable,
  });
  return { tasksAndSemesters, users: createUserInfoSource(client) };
}
