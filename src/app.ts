import { createOpenBatches } from './batching/open-batches';
import { createPoisonIsolation } from './batching/poison';
import { createRememberedAnswers } from './batching/remembered-answers';
import { createRequestLoader } from './batching/request-loader';
import { createSemesterDirectory } from './batching/semester-directory';
import { createMemoryCache } from './cache/memory.cache';
import type { Config } from './config';
import type { Clock } from './domain/clock';
import { Secret } from './domain/secret';
import { createShelfLife } from './domain/shelf-life';
import { EMULATOR_APP_ID, EMULATOR_APP_SECRET, startEmulator } from './emulator/emulator';
import { createFeishuCaller } from './feishu/call';
import { createFeishuSource } from './feishu/feishu.source';
import { createTenantTokenCustody } from './feishu/tenant-token';
import { fetchTenantToken, type FeishuApp } from './feishu/tenant-token.request';
import { createUndiciTransport } from './feishu/undici.transport';
import { startApollo } from './graphql/apollo';
import type { GraphQLContext } from './graphql/context';
import { exampleOperation, type ExampleIds } from './graphql/example-operation';
import type { OperationObserver } from './graphql/plugins/operation-log.plugin';
import { registerGraphQL } from './http/graphql.route';
import { negotiateLocale } from './http/locale';
import { registerProbes } from './http/probes.route';
import type { RequestScope } from './http/request-scope';
import { createServer } from './http/server';
import { createLogger, type Logger } from './observability/logger';
import { createMetrics, type Metrics } from './observability/metrics';
import { createMemoryLedger } from './quota/memory.ledger';
import type { Quota } from './quota/pacing';
import { createQuotaGate, type QuotaGate } from './quota/quota-gate';
import { systemClock } from './system-clock';

export interface App {
  /** Where it listens, e.g. `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Takes no new requests, answers those under way, then lets go of everything. */
  close(): Promise<void>;
}

/** What a test gives in place of the process's own. */
export interface Overrides {
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly log?: Logger;
}

/** The composition root: the only place that knows every part. Reads like a list; decides nothing. */
export async function createApp(config: Config, overrides: Overrides = {}): Promise<App> {
  const { clock = systemClock, random = Math.random } = overrides;
  const log = overrides.log ?? createLogger(config.logLevel);
  const metrics = createMetrics();

  const upstream = await openUpstream(config, log);
  const transport = createUndiciTransport({ origin: upstream.origin });
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
  const source = createFeishuSource({ call, app, clock });

  const gate = openGate(toQuota(config.quota), clock);
  const cache = createMemoryCache({ maxUsers: config.cache.maxUsers });
  const batches = createOpenBatches({
    source,
    gate,
    poison: createPoisonIsolation(() => clock.now()),
    remember: (entries) => void cache.setMany(entries),
    strategy: config.filterStrategy,
    clock,
    onDefect: (error) => {
      log.error({ err: error }, 'the line of waiting users broke');
    },
  });
  const answers = createRememberedAnswers({
    batches,
    cache,
    lifetimes: {
      freshMs: config.cache.freshSeconds * 1_000,
      staleMs: config.cache.staleSeconds * 1_000,
    },
    strategy: config.filterStrategy,
    clock,
  });
  metrics.watchCallsLeft(async () => (await gate.status()).callsLeft);
  const directory = createSemesterDirectory({
    source,
    gate: openGate(toQuota({ ...config.quota, calls: SEMESTER_CALLS }), clock),
    clock,
  });

  const userNaming = { key: config.federationUserKey, unprefixed: config.entityUserIdType };
  const createContext = (scope: RequestScope): GraphQLContext => {
    const shelfLife = createShelfLife();
    return {
      requestId: scope.requestId,
      loader: createRequestLoader({
        answers,
        directory,
        identity: { kind: 'app' },
        freshMs: config.cache.freshSeconds * 1_000,
        shelfLife,
        ...scope,
      }),
      quota: async () => ({ ...(await gate.status()), waitingUsers: batches.waitingUsers() }),
      nowMs: () => clock.now(),
      shelfLife,
      locale: negotiateLocale(scope.acceptLanguage),
      userNaming,
    };
  };

  let draining = false;
  const apollo = await startApollo({
    production: config.production,
    explorer: config.explorer,
    userNaming,
    filterStrategy: config.filterStrategy,
    maxCallsPerOperation: config.maxCallsPerOperation,
    safelist: config.persistedOperations,
    example: exampleOperation(upstream.example),
    observer: observeOperations(log, metrics),
    nowMs: () => clock.now(),
  });
  const server = await createServer({
    log,
    corsOrigins: config.corsOrigins,
    draining: () => draining,
  });
  registerProbes(server, { ready: () => !draining, metrics: metrics.registry });
  registerGraphQL(server, {
    apollo,
    createContext,
    deadlineMs: config.requestDeadlineMs,
    nowMs: () => clock.now(),
  });

  async function release(): Promise<void> {
    await server.close();
    await apollo.stop();
    await transport.close();
    await upstream.close();
  }

  async function close(): Promise<void> {
    draining = true;
    // Balancers learn of it from /readyz before connections are refused.
    if (config.production) await clock.sleep(DRAIN_NOTICE_MS);
    await release();
  }

  try {
    const url = await server.listen({ host: config.host, port: config.port });
    log.info({ url: `${url}/graphql`, upstream: upstream.origin }, 'listening');
    return { url, close };
  } catch (error) {
    await release();
    throw error;
  }
}

/** The `semesters` API has a quota of its own. (feishu-facts 13) */
const SEMESTER_CALLS = 10;
/** Two calls may travel at different speeds, so that ours keep a little more than a window between them. */
const JITTER_MS = 200;

function toQuota({ calls, windowSeconds }: Config['quota']): Quota {
  return { calls, windowMs: windowSeconds * 1_000 + JITTER_MS };
}

function openGate(quota: Quota, clock: Clock): QuotaGate {
  const nowMs = () => clock.now();
  return createQuotaGate({ quota, ledger: createMemoryLedger(quota, nowMs), nowMs });
}
const DRAIN_NOTICE_MS = 3_000;

interface Upstream {
  readonly origin: string;
  readonly app: FeishuApp;
  /** For the page that a newcomer sees; a real tenant's IDs are its own business. */
  readonly example: ExampleIds;
  close(): Promise<void>;
}

async function openUpstream(config: Config, log: Logger): Promise<Upstream> {
  if (config.upstream.kind === 'feishu') {
    const { origin, appId, appSecret } = config.upstream;
    const example = { semesterId: '', userIds: [] };
    return { origin, app: { appId, appSecret }, example, close: () => Promise.resolve() };
  }
  const emulator = await startEmulator({
    quotaCalls: config.quota.calls,
    quotaWindowSeconds: config.quota.windowSeconds,
  });
  log.info(
    `no Feishu credentials: answering from the embedded emulator, ${emulator.people.length} invented people`,
  );
  return {
    origin: emulator.url,
    app: { appId: EMULATOR_APP_ID, appSecret: new Secret(EMULATOR_APP_SECRET) },
    example: {
      semesterId: emulator.semesters.at(-1)?.id ?? '',
      userIds: emulator.people.slice(0, 3).map((person) => person.openId),
    },
    close: () => emulator.close(),
  };
}

function observeOperations(log: Logger, metrics: Metrics): OperationObserver {
  return {
    onOperation(record) {
      metrics.observeOperation(record);
      log.info(record, 'operation');
    },
    onDefect(error, requestId) {
      log.error({ err: error, requestId }, 'a resolver broke');
    },
  };
}
