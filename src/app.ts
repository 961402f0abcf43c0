import { randomUUID } from 'node:crypto';
import { createAudit } from './auth/audit';
import type { AuthConfig } from './auth/auth.config';
import { createAuthenticate } from './auth/authenticate';
import type { Authenticator } from './auth/authenticator';
import { createAuthorize } from './auth/authorize';
import { createDenials } from './auth/denials';
import { createFeishuUserAuthenticator } from './auth/feishu-user.authenticator';
import { createJwtAuthenticator } from './auth/jwt.authenticator';
import { createRouterAuthenticator } from './auth/router.authenticator';
import { createServiceTokenAuthenticator } from './auth/service-token.authenticator';
import { viewerOf } from './auth/viewer';
import { createOpenBatches } from './batching/open-batches';
import { createPoisonIsolation } from './batching/poison';
import { createRememberedAnswers } from './batching/remembered-answers';
import { createRenewals } from './batching/renewals';
import { createRequestLoader } from './batching/request-loader';
import { createSemesterDirectory } from './batching/semester-directory';
import type { Lifetimes } from './cache/freshness';
import { createMemoryCache } from './cache/memory.cache';
import { createRedisCache } from './cache/redis.cache';
import type { SnapshotCache } from './cache/snapshot-cache';
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
import { createUserInfoSource } from './feishu/user-info.source';
import type { UserInfoSource } from './feishu/ports';
import { startApollo } from './graphql/apollo';
import type { GraphQLContext } from './graphql/context';
import { exampleOperation, type ExampleIds } from './graphql/example-operation';
import type { OperationObserver } from './graphql/plugins/operation-log.plugin';
import type { Admission } from './http/admission';
import { registerGraphQL } from './http/graphql.route';
import { negotiateLocale } from './http/locale';
import { registerProbes } from './http/probes.route';
import { createRateLimit } from './http/rate-limit';
import { createServer } from './http/server';
import { createLogger, type Logger } from './observability/logger';
import { createMetrics, type Metrics } from './observability/metrics';
import { createMemoryLedger } from './quota/memory.ledger';
import { withMargin, type Quota } from './quota/pacing';
import { createQuotaGate, type QuotaGate } from './quota/quota-gate';
import { createRedisLedger } from './quota/redis.ledger';
import { createRedisLink, type RedisLink } from './redis/redis-link';
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
  const cache = openCache(config.cache.maxUsers, lifetimes, sharing);
  const renewals = createRenewals({ freshMs: lifetimes.freshMs, nowMs: () => clock.now() });
  const batches = createOpenBatches({
    source,
    gate,
    poison: createPoisonIsolation({ nowMs: () => clock.now(), isListed: directory.isListed }),
    renewals,
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
    renewals,
    lifetimes,
    strategy: config.filterStrategy,
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
    authenticators: openAuthenticators(config, createUserInfoSource(call), clock, log),
    anonymous: config.auth.anonymous,
    audit,
  });

  const userNaming = { key: config.federationUserKey, unprefixed: config.entityUserIdType };
  const createContext = ({ scope, principal }: Admission): GraphQLContext => {
    const denials = createDenials(principal);
    const shelfLife = createShelfLife();
    return {
      requestId: scope.requestId,
      loader: createRequestLoader({
        answers,
        directory,
        authorize: createAuthorize(principal, config.auth.upstreamIdentity, denials),
        freshMs: lifetimes.freshMs,
        shelfLife,
        ...scope,
      }),
      viewer: () => viewerOf(principal),
      denials,
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
    authenticate,
    countRequest: await createRateLimit(server, config.auth.requestsPerMinute),
    audit,
    showsPage: !config.production,
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
/** With the version of what is stored: another version shares nothing with this one. */
const KEY_PREFIX = 'stage-task-gateway:v1';
function toQuota({ calls, windowSeconds }: Config['quota']): Quota {
  return withMargin({ calls, windowMs: windowSeconds * 1_000 });
}

function toLifetimes({ freshSeconds, staleSeconds }: Config['cache']): Lifetimes {
  return { freshMs: freshSeconds * 1_000, staleMs: staleSeconds * 1_000 };
}

/** What replicas of the same app share, in a Redis. */
interface Sharing {
  readonly link: RedisLink;
  /** Of all keys: an app on another platform has another quota and other people. */
  readonly prefix: string;
  readonly replicaId: string;
}

function openSharing(
  { redisUrl }: Config,
  { origin, app }: Upstream,
  { clock, log, metrics }: { clock: Clock; log: Logger; metrics: Metrics },
): Sharing | undefined {
  if (!redisUrl) return undefined;
  const link = createRedisLink({ url: redisUrl.reveal(), clock, log });
  metrics.watchRedis(() => link.upSinceMs() !== undefined);
  return { link, prefix: `${KEY_PREFIX}:${origin}:${app.appId}`, replicaId: randomUUID() };
}

function openGate(
  api: string,
  quota: Quota,
  sharing: Sharing | undefined,
  clock: Clock,
): QuotaGate {
  const nowMs = () => clock.now();
  const ledger = sharing
    ? createRedisLedger({ ...sharing, prefix: `${sharing.prefix}:${api}`, quota, clock })
    : createMemoryLedger(quota, nowMs);
  return createQuotaGate({ quota, ledger, nowMs });
}

function openCache(
  maxUsers: number,
  { freshMs, staleMs }: Lifetimes,
  sharing: Sharing | undefined,
): SnapshotCache {
  const memory = createMemoryCache({ maxUsers });
  const lifeMs = Math.max(freshMs, staleMs);
  return sharing && lifeMs > 0 ? createRedisCache({ ...sharing, memory, lifeMs }) : memory;
}

const DRAIN_NOTICE_MS = 3_000;

/** Who is asked about credentials, in this order; see docs/decisions/0011-authentication.md. */
function openAuthenticators(
  { auth, entityUserIdType: unprefixed }: Config,
  users: UserInfoSource,
  clock: Clock,
  log: Logger,
): Authenticator[] {
  const { router, serviceTokens, jwt, feishuUsers } = auth;
  sayWhatIsOpen(auth, log);
  return [
    ...(router ? [createRouterAuthenticator({ trust: router, unprefixed })] : []),
    ...(serviceTokens.length > 0 ? [createServiceTokenAuthenticator(serviceTokens)] : []),
    ...(jwt ? [createJwtAuthenticator({ trust: jwt, unprefixed, clock, log })] : []),
    ...(feishuUsers ? [createFeishuUserAuthenticator({ ...feishuUsers, users, clock })] : []),
  ];
}

function identityHeadersOf({ router }: AuthConfig): string[] {
  return router
    ? [router.secretHeader, router.userHeader, router.userIdTypeHeader, router.scopesHeader]
    : [];
}

function sayWhatIsOpen({ feishuUsers }: AuthConfig, log: Logger): void {
  if (feishuUsers?.tenantKey !== null) return;
  log.warn(
    'AUTH_FEISHU_TENANT_KEY is not set: users of every company are let in, to their own tasks only, ' +
      'and by open ID and union ID only',
  );
}

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
