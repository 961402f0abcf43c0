import { createAppCredentials } from '../feishu/app-credentials';
import type { AppTicket } from '../feishu/app-ticket';
import { createFeishuClient, type FeishuClient } from '../feishu/feishu-client';
import { createFeishuSource, type FeishuSource } from '../feishu/feishu.source';
import { limitInFlight } from '../feishu/in-flight-limit';
import type { UserInfoSource } from '../feishu/ports';
import {
  CONNECTIONS_OF_TENANT,
  createTransport,
  type Transport,
  type TransportReply,
} from '../feishu/transport';
import { createUserInfoSource } from '../feishu/user-info.source';
import type { Config } from '../config';
import type { CloseStack } from './close-stack';
import type { Deps } from './deps';
import { createStoreTicket } from './store-ticket';
import type { SharedState } from './shared-state';
import type { Upstream } from './upstream';

/** The ports to Feishu, which share one pool of connections. */
export interface Feishu {
  /**
   * Reads with the app's token for one tenant.
   * @param tenantKey `null`: the only tenant of a custom app
   * @param onAttempt called with each attempt of a call
   */
  readonly sourceOf: (tenantKey: string | null, onAttempt?: () => void) => FeishuSource;
  readonly users: UserInfoSource;
  /** The ticket of a store app, which the webhook receives. */
  readonly ticket: AppTicket | undefined;
}

/** Called with each reply of Feishu, before it is read. */
export type OnReply = (reply: TransportReply) => void;

export interface FeishuParts {
  readonly upstream: Upstream;
  readonly sharedState: SharedState | undefined;
  readonly onReply?: OnReply | undefined;
}

/** A store app has many tenants. More than 60 of them have to be slow at once to take all of these. */
const CONNECTIONS_OF_STORE_APP = 1_024;

export function createFeishu(
  { appType }: Config,
  deps: Deps,
  closeStack: CloseStack,
  { upstream, sharedState, onReply }: FeishuParts,
): Feishu {
  const isStoreApp = appType === 'store';
  const open = (origin: string) => {
    const connections = isStoreApp ? CONNECTIONS_OF_STORE_APP : CONNECTIONS_OF_TENANT;
    const transport = observed(createTransport(origin, connections), onReply);
    closeStack.push('transport', () => transport.close());
    return transport;
  };
  const { app, origin, accountsOrigin } = upstream;
  const transport = open(origin);
  const client = createClient(transport, deps);
  const accounts = accountsOrigin === null ? undefined : createClient(open(accountsOrigin), deps);
  const ticket = isStoreApp ? createStoreTicket(client, app, deps, sharedState) : undefined;
  const tokens = createAppCredentials({ client, accounts, app, ticket, ...deps });
  return {
    sourceOf: (tenantKey, onAttempt) => {
      const ofTenant = tokens.of(tenantKey);
      if (tenantKey === null) return createSource(client, ofTenant, deps);
      const tenantDeps = { ...deps, log: deps.log.child({ tenantKey }) };
      const share = limitInFlight(transport, CONNECTIONS_OF_TENANT);
      return createSource(createClient(share, tenantDeps, onAttempt), ofTenant, tenantDeps);
    },
    users: createUserInfoSource(client),
    ticket,
  };
}

function createSource(
  client: FeishuClient,
  app: Parameters<typeof createFeishuSource>[0]['app'],
  { clock, log, metrics }: Deps,
): FeishuSource {
  return createFeishuSource({ client, app, clock, log, onUnreadable: metrics.observeUnreadable });
}

function createClient(
  transport: Pick<Transport, 'send'>,
  { clock, random, log, metrics }: Deps,
  onAttempt: () => void = () => undefined,
): FeishuClient {
  return createFeishuClient({
    ...{ transport, clock, random, log },
    onAttempt(attempt) {
      metrics.observeAttempt(attempt);
      onAttempt();
    },
  });
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
