import { createAudit } from './auth/audit';
import { createAuthenticate } from './auth/authenticate';
import { createAuthorize } from './auth/authorize';
import { createCallBudgets } from './auth/call-budget';
import { createDenials } from './auth/denials';
import { viewerIdType, viewerOf } from './auth/viewer';
import { createBatcher } from './batching/batcher';
import { createPoisonIdIsolation } from './batching/poison-id';
import { createAnswerCache } from './loading/answer-cache';
import { createRefreshAhead } from './loading/refresh-ahead';
import { createRequestLoader } from './loading/request-loader';
import { createSemesterDirectory } from './semesters/semester-directory';
import { identityHeadersOf, openAuthenticators } from './composition/access';
import { openCache, openGate, openSharing, toLifetimes, toQuota } from './composition/sharing';
import { openUpstream } from './composition/upstream';
import type { Config } from './config';
import type { Clock } from './domain/clock';
import { createShelfLife } from './domain/shelf-life';
import { createWallTime } from './domain/wall-time';
import { createFeishuCaller } from './feishu/call';
import { createFeishuSource } from './feishu/feishu.source';
import { createTenantTokenCustody } from './feishu/tenant-token';
import { fetchTenantToken } from './feishu/tenant-token.request';
import { createUndiciTransport } from './feishu/undici.transport';
import { createUserInfoSource } from './feishu/user-info.source';
import { startApollo } from './graphql/apollo';
import type { GraphQLContext } from './graphql/context';
import { exampleOperation } from './graphql/example-operation';
import type { OperationObserver } from './graphql/plugins/operation-log.plugin';
import type { Admission } from './http/admission';
import { registerGraphQL } from './http/graphql.route';
import { negotiateLocale } from './http/locale';
import { registerProbes } from './http/probes.route';
import { createRateLimit } from './http/rate-limit';
import { createServer } from './http/server';
import { createLogger, type Logger } from './observability/logger';
import { createMetrics, type Metrics } from './observability/metrics';
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

/** The composition root: with `composition`, the only place that knows every part. Reads like a list. */
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
  const source = createFeishuSource({
    call,
    app,
    clock,
    log,
    onUnreadable: metrics.observeUnreadable,
  });

  const sharing = openSharing(config, upstream, { clock, log, metrics });
  const gate = openGate('find_by_user_list', toQuota(config.quota), sharing, clock);
  const directory = createSemesterDirectory({
    source,
    gate: openGate(
      'semesters',
      toQuota({ ...config.quota, calls: SEMESTER_CALLS }),
      sharing,
      clock,
    ),
    clock,
  });
  const lifetimes = toLifetimes(config.cache);
  const cache = openCache(config.cache.maxUsers, lifetimes, sharing, clock);
  const refreshAhead = createRefreshAhead({ freshMs: lifetimes.freshMs, nowMs: () => clock.now() });
  const batches = createBatcher({
    source,
    gate,
    poison: createPoisonIdIsolation({ nowMs: () => clock.now(), isListed: directory.isListed }),
    spareSeats: refreshAhead,
    remember: (entries) => void cache.setMany(entries),
    clock,
    onDefect: (error) => {
      log.error({ err: error }, 'the line of waiting users broke');
    },
  });
  const answers = createAnswerCache({
    batches,
    cache,
    refreshAhead,
    lifetimes,
    clock,
  });
  metrics.watchCallsLeft(async () => (await gate.status()).callsLeft);
  await sharing?.link.opened();

  const audit = createAudit({
    log,
    nowMs: () => clock.now(),
    onRefusal: metrics.observeRefusal,
  });
  const authenticate = createAuthenticate({
    authenticators: openAuthenticators(config, createUserInfoSource(call), clock, log, audit),
    anonymous: config.auth.anonymous,
    audit,
  });

  const callBudgetOf = createCallBudgets({
    quotaCalls: config.quota.calls,
    windowMs: config.quota.windowSeconds * 1_000,
    nowMs: () => clock.now(),
  });
  const userNaming = { key: config.federationUserKey, unprefixed: config.entityUserIdType };
  const toDate = createWallTime(clock);
  const createContext = ({ scope, principal }: Admission): GraphQLContext => {
    const denials = createDenials(principal);
    const shelfLife = createShelfLife();
    return {
      requestId: scope.requestId,
      loader: createRequestLoader({
        answers,
        directory,
        authorize: createAuthorize(principal, config.auth.upstreamIdentity, denials),
        strategy: config.filterStrategy,
        freshMs: lifetimes.freshMs,
        shelfLife,
        ...scope,
      }),
      viewer: () => viewerOf(principal, viewerIdType(config.federationUserKey)),
      callBudget: callBudgetOf(principal),
      denials,
      quota: async () => ({ ...(await gate.status()), waitingUsers: batches.waitingUsers() }),
      nowMs: () => clock.now(),
      toDate,
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
    userRootFields: config.federationUserRootFields,
    filterStrategy: config.filterStrategy,
    maxCallsPerOperation: config.maxCallsPerOperation,
    safelist: config.persistedOperations,
    example: exampleOperation(upstream.example),
    observer: observeOperations(log, metrics),
    onDenied: audit.denied,
    nowMs: () => clock.now(),
  });
  const server = await createServer({
    log,
    corsOrigins: config.corsOrigins,
    identityHeaders: identityHeadersOf(config.auth),
    draining: () => draining,
  });
  registerProbes(server, { ready: () => !draining, metrics: metrics.registry });
  registerGraphQL(server, {
    apollo,
    createContext,
    corsOrigins: config.corsOrigins,
    authenticate,
    countRequest: createRateLimit(config.auth.requestsPerMinute, () => clock.now()),
    audit,
    showsPage: config.explorer,
    deadlineMs: config.requestDeadlineMs,
    nowMs: () => clock.now(),
  });

  async function release(): Promise<void> {
    await server.close();
    await apollo.stop();
    await transport.close();
    sharing?.link.close();
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
const DRAIN_NOTICE_MS = 3_000;

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
