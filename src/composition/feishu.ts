import { createFeishuCaller } from '../feishu/call';
import { createFeishuSource } from '../feishu/feishu.source';
import type { SemesterSource, StageTaskSource, UserInfoSource } from '../feishu/ports';
import { createTenantTokenCustody } from '../feishu/tenant-token';
import { fetchTenantToken } from '../feishu/tenant-token.request';
import { createUndiciTransport } from '../feishu/undici.transport';
import { createUserInfoSource } from '../feishu/user-info.source';
import type { CloseStack } from './close-stack';
import type { Deps } from './deps';
import type { Upstream } from './upstream';

/** Everything that Feishu is asked for, over one pool of connections. */
export interface FeishuSources {
  readonly tasksAndSemesters: StageTaskSource & SemesterSource;
  readonly users: UserInfoSource;
}

export function createFeishuSources(
  upstream: Upstream,
  { clock, random, log, metrics }: Deps,
  closeStack: CloseStack,
): FeishuSources {
  const transport = createUndiciTransport({ origin: upstream.origin });
  closeStack.push('transport', () => transport.close());
  const call = createFeishuCaller({
    transport,
    clock,
    random,
    log,
    onAttempt: metrics.observeAttempt,
  });
  const app = createTenantTokenCustody({
    fetchToken: () => fetchTenantToken(call, upstream.app, clock),
    clock,
    log,
  });
  const tasksAndSemesters = createFeishuSource({
    call,
    app,
    clock,
    log,
    onUnreadable: metrics.observeUnreadable,
  });
  return { tasksAndSemesters, users: createUserInfoSource(call) };
}
