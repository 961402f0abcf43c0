import type { Clock } from '../domain/clock';
import type { Secret } from '../domain/secret';
import type { FeishuClient } from './feishu-client';
import { NO_CREDENTIALS } from './credentials';
import { tenantTokenWire, type TenantTokenWire } from './wire/tenant-token.wire';

/** A separate deadline, because many operations with different deadlines wait for the same token. */
const DEADLINE_MS = 10_000;

export interface FeishuApp {
  readonly appId: string;
  readonly appSecret: Secret;
}

/** Fetches the app's tenant token. (fact 20) */
export async function fetchTenantToken(
  client: FeishuClient,
  app: FeishuApp,
  clock: Clock,
): Promise<TenantTokenWire> {
  const { value } = await client.call(
    {
      api: 'tenant_token',
      method: 'POST',
      path: '/open-apis/auth/v3/tenant_access_token/internal',
      body: { app_id: app.appId, app_secret: app.appSecret.reveal() },
      decode: (envelope) => tenantTokenWire.safeParse(envelope),
    },
    NO_CREDENTIALS,
    { signal: AbortSignal.timeout(DEADLINE_MS), deadlineAtMs: clock.now() + DEADLINE_MS },
  );
  return value;
}
