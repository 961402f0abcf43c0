import { createFeishuClient } from '../feishu/feishu-client';
import { createFeishuSource, type FeishuSource } from '../feishu/feishu.source';
import type { UserInfoSource } from '../feishu/ports';
import { createTenantTokenCustody } from '../feishu/tenant-token';
import { fetchTenantToken } from '../feishu/tenant-token.request';
import { createTransport, type Transport, type TransportReply } from '../feishu/transport';
import { createUserInfoSource } from '../feishu/user-info.source';
import type { CloseStack } from './close-stack';
import type { Deps } from './deps';
import type { Upstream } from './upstream';

/** The ports to Feishu, which share one pool of connections. */
export interface Feishu {
  /** Reads with the app's token for one tenant. @param tenantKey `null`: the only tenant of a custom app */
  readonly sourceOf: (tenantKey: string | null) => FeishuSource;
  readonly users: UserInfoSource;
}

/** Called with each reply of Feishu, before it is read. */
export type OnReply = (reply: TransportReply) => void;

export function createFeishu(
  upstream: Upstream,
  { clock, random, log, metrics }: Deps,
  closeStack: CloseStack,
  onReply?: OnReply,
): Feishu {
  const transport = observed(createTransport(upstream.origin), onReply);
  closeStack.push('transport', () => transport.close());
  const client = createFeishuClient({
    transport,
    clock,
    random,
    log,
    onAttempt: metrics.observeAttempt,
  });
  const createApp = () =>
    createTenantTokenCustody({
      fetchToken: () => fetchTenantToken(client, upstream.app, clock),
      clock,
      log,
    });
  return {
    sourceOf: () =>
      createFeishuSource({
        ...{ client, app: createApp(), clock, log },
        onUnreadable: metrics.observeUnreadable,
      }),
    users: createUserInfoSource(client),
  };
}

function observed(transport: Transport, onReply: OnReply | undefined): Transport {
  if (!onReply) return transport;
  return {
    async send(request) {
      const reply = await transport.send(request);
      onReply(reply);
      return reply;
    },
    close: () => transport.close(),
  };
}
