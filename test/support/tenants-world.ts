import { createCloseStack } from '../../src/composition/close-stack';
import { createStoreLoadings } from '../../src/composition/store-loading';
import { loadConfig } from '../../src/config';
import { Secret } from '../../src/domain/secret';
import type { BatchScope } from '../../src/batching/scope';
import { createFeishuClient } from '../../src/feishu/feishu-client';
import { createFeishuSource } from '../../src/feishu/feishu.source';
import { limitInFlight } from '../../src/feishu/in-flight-limit';
import { createTokenCustody } from '../../src/feishu/token-custody';
import { CONNECTIONS_OF_TENANT, type TransportReply } from '../../src/feishu/transport';
import { createLogger } from '../../src/observability/logger';
import { createMetrics } from '../../src/observability/metrics';
import { sha256 } from './clients';
import { SEMESTER_ID, TASK } from './feishu-answer';
import { createOperation, DEADLINE_MS } from './operation';
import { VirtualClock } from './virtual-clock';

/** How Feishu treats the calls of one tenant. */
export interface TenantFate {
  readonly latencyMs?: number;
  /** The code of a refusal. */
  readonly code?: number;
}

/** Fewer than the gateway has, so that a tenant which holds more than its share would show. */
const CONNECTIONS = 24;

const SCOPE: BatchScope = {
  identity: { kind: 'app' },
  semesterId: SEMESTER_ID,
  idType: 'USER_ID',
  filter: {},
};

/** The loadings of a store app on virtual time, in front of a Feishu that is reached through one pool of connections. */
export function createTenantsWorld(fateOf: (tenantKey: string) => TenantFate = () => ({})) {
  const clock = new VirtualClock();
  const metrics = createMetrics(clock.now);
  const log = createLogger('silent');
  const deps = { clock, random: () => 0.5, log, metrics };
  const calls: { readonly tenantKey: string; readonly userIds: readonly string[] }[] = [];

  const pool = limitInFlight({ send: answer }, CONNECTIONS);

  /** Each answer names its tenant, so that an answer in the wrong place shows. */
  async function answer({ headers, body }: Parameters<typeof pool.send>[0]) {
    const tenantKey = (headers['authorization'] ?? '').replace('Bearer ', '');
    const { user_id_lists: userIds = [] } = JSON.parse(body ?? '{}') as {
      user_id_lists?: string[];
    };
    const { latencyMs = 100, code = 0 } = fateOf(tenantKey);
    calls.push({ tenantKey, userIds });
    await clock.sleep(latencyMs);
    const stage = { ...TASK, stage_id: tenantKey };
    const items = userIds.map((user_id) => ({ user_id, stage_task_info_lists: [stage] }));
    return reply(code, { base: { semester_id: SEMESTER_ID }, items });
  }

  function sourceOf(tenantKey: string | null, onAttempt: () => void = () => undefined) {
    const client = createFeishuClient({
      ...{ clock, log, random: deps.random, onAttempt },
      transport: limitInFlight(pool, CONNECTIONS_OF_TENANT),
    });
    const token = new Secret(tenantKey ?? '');
    const fetchToken = () => Promise.resolve({ token, lifeSeconds: 7_200 });
    const app = createTokenCustody({ name: 'tenant token', fetchToken, clock, log });
    return createFeishuSource({ client, app, clock, log, onUnreadable: () => undefined });
  }

  const closeStack = createCloseStack(log);
  const loadings = createStoreLoadings(CONFIG, deps, closeStack, {
    feishu: {
      sourceOf,
      ticket: undefined,
      users: { whoIs: () => Promise.reject(new Error('none')) },
    },
    sharedState: undefined,
  });

  /** Loads users for an operation that starts now. @returns the tenant that each answer names, or its error */
  async function read(tenantKey: string, userIds: readonly string[]): Promise<unknown[]> {
    const operation = createOperation({ deadlineAtMs: clock.now() + DEADLINE_MS });
    const query = { scope: SCOPE, userIds, maxAgeMs: 60_000 };
    const { answers } = loadings.of(tenantKey);
    const load = await answers.load(query, operation, () => Promise.resolve(() => undefined));
    const settled = await Promise.allSettled(load);
    return settled.map((one) => {
      if (one.status === 'rejected') return one.reason as unknown;
      return one.value instanceof Error ? one.value : one.value.stageTasks?.stageTasks[0]?.stageId;
    });
  }

  const tenants = async () =>
    (await metrics.registry.getSingleMetric('gateway_tenants')?.get())?.values[0]?.value;
  return { clock, calls, read, loadings, tenants, close: () => closeStack.close() };
}

const CONFIG = loadConfig({
  FEISHU_APP_ID: 'cli_store',
  FEISHU_APP_SECRET: 'secret',
  FEISHU_APP_TYPE: 'store',
  FEISHU_EVENT_VERIFICATION_TOKEN: 'verification-token',
  AUTH_SERVICE_TOKENS: `reports:${sha256('token')}@acme`,
  CACHE_MAX_USERS: '12000',
});

function reply(code: number, data: object): TransportReply {
  const reset = code === 99991400 ? '30' : undefined;
  return {
    status: code === 0 ? 200 : 400,
    header: (name) => (name === 'x-ogw-ratelimit-reset' ? reset : undefined),
    body: JSON.stringify({ code, msg: '', data }),
  };
}
