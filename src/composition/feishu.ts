import { createAppCredentials } from '../feishu/app-credentials';
import { createFeishuClient, type FeishuClient } from '../feishu/feishu-client';
import { createFeishuSource, type FeishuSource } from '../feishu/feishu.source';
import type { UserInfoSource } from '../feishu/ports';
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
  deps: Deps,
  closeStack: CloseStack,
  onReply?: OnReply,
): Feishu {
  const { clock, log, metrics } = deps;
  const { origin, accountsOrigin } = upstream;
  const client = createClient(origin, deps, closeStack, onReply);
  const accounts =
    accountsOrigin === null ? undefined : createClient(accountsOrigin, deps, closeStack, onReply);
  const tokens = createAppCredentials({ client, accounts, app: upstream.app, clock, log });
  return {
    sourceOf: (tenantKey) =>
      createFeishuSource({
        ...{ client, app: tokens.of(tenantKey), clock, log },
        onUnreadable: metrics.observeUnreadable,
      }),
    users: createUserInfoSource(client),
  };
}

function createClient(
  origin: string,
  { clock, random, log, metrics }: Deps,
  closeStack: CloseStack,
  onReply: OnReply | undefined,
): FeishuClient {
  const transport = observed(createTransport(origin), onReply);
  closeStack.push('transport', () => transport.close());
  return createFeishuClient({ transport, clock, random, log, onAttempt: metrics.observeAttempt });
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
