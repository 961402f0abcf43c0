import { toAuthConfig, type AuthConfig } from './auth/auth.config';
import { hasAuthenticator } from './auth/auth.faults';
import { toNodeHost } from './config.address';
import { findContradictions, toFault } from './config.faults';
import { readSecretFiles } from './config.secrets';
import { listSettings } from './config.settings';
import { toTraces, type TracesConfig } from './config.traces';
import { VARIABLES, type Variables } from './config.variables';
import { Secret } from './domain/secret';
import type { FilterStrategy } from './domain/stage-task-filter';
import type { FederationUserKey, UserIdType } from './domain/user';
import { ACCOUNTS_ORIGIN, OPEN_API_ORIGIN } from './feishu/origins';
import type { LogLevel } from './observability/logger';
import type { OperationManifest } from './operation-manifest';
import type { Environment } from './variables';

/** The configuration of the process. */
export interface Config {
  readonly production: boolean;
  readonly host: string;
  readonly port: number;
  readonly upstream: UpstreamConfig;
  /** `custom`: the app of one company. `store`: the credentials of each request name its company. */
  readonly appType: AppType;
  /** How many companies of a store app are served at once. */
  readonly maxTenants: number;
  /** The quota of `find_by_user_list`. The embedded emulator enforces the same one. */
  readonly quota: { readonly calls: number; readonly windowSeconds: number };
  /** The keys of Feishu's events; `undefined`: the gateway receives none. */
  readonly events: EventKeys | undefined;
  readonly filterStrategy: FilterStrategy;
  readonly cache: {
    readonly freshSeconds: number;
    readonly staleSeconds: number;
    readonly maxUsers: number;
  };
  /** The Redis through which replicas share quota and answers; `null`: this process is the only replica. */
  readonly redisUrl: Secret | null;
  /** The type of a federated `User`'s ID if it has no known prefix. */
  readonly entityUserIdType: UserIdType;
  readonly federationUserKey: FederationUserKey;
  /** Whether the schema has `user`, `users` and `viewer`. A company's own subgraph may define them too. */
  readonly federationUserRootFields: boolean;
  readonly maxCallsPerOperation: number;
  /** The only operations that clients may run; `undefined`: any. */
  readonly persistedOperations: OperationManifest | undefined;
  /** Whether assistants get each persisted operation as a tool. */
  readonly mcp: boolean;
  /** Which explorers browsers get. With either of them, introspection is on. */
  readonly explorer: { readonly graphiql: boolean; readonly apollo: boolean };
  readonly requestDeadlineMs: number;
  /** The callback URLs of Apollo routers, which subscriptions may be sent to. */
  readonly subscriptionCallbackUrls: readonly string[];
  readonly auth: AuthConfig;
  /** IP addresses and CIDRs of the proxies whose `X-Forwarded-For` the gateway trusts. */
  readonly trustedProxies: readonly string[];
  readonly corsOrigins: readonly string[];
  readonly logLevel: LogLevel;
  /** `undefined`: operations are not traced. */
  readonly traces: TracesConfig | undefined;
}

export type AppType = 'custom' | 'store';

export interface EventKeys {
  /** `null`: Feishu sends plain events. */
  readonly encryptKey: Secret | null;
  readonly verificationToken: Secret;
}

export type UpstreamConfig =
  | { readonly kind: 'emulator' }
  | {
      readonly kind: 'feishu';
      readonly appId: string;
      readonly appSecret: Secret;
      /** Scheme, host and port. The secret is sent only there, and to the host of accounts if there is one. */
      readonly origin: string;
      /** The host of `oauth/v3/token`; `null`: the older token endpoint at `origin`. (fact 21) */
      readonly accountsOrigin: string | null;
    };

/** Lists all faults of the environment, one line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly faults: readonly string[]) {
    super(['invalid environment variables:', ...faults.map((fault) => `  - ${fault}`)].join('\n'));
  }
}

/** @throws ConfigError */
export function loadConfig(environment: Environment = process.env): Config {
  const { environment: given, faults: fileFaults } = readSecretFiles(withoutBlanks(environment));
  const parsed = VARIABLES.safeParse(given);
  const faults = [
    ...fileFaults,
    ...(parsed.error?.issues ?? []).map((issue) => toFault(issue, given)),
    // A secret that could not be read would be called missing as well.
    ...(fileFaults.length > 0 ? [] : findContradictions(given, parsed.data?.PERSISTED_OPERATIONS)),
  ];
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);
  return deepFreeze(toConfig(parsed.data, !hasAuthenticator(given)));
}

/** The variables that the operator has set, as texts for the log. Of a secret only that it is set. */
export function readSettings(environment: Environment = process.env): Record<string, string> {
  return listSettings(withoutBlanks(environment));
}

/** An empty variable counts as unset: compose files set `${NAME}` to an empty text. */
function withoutBlanks(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
}

function toConfig(variables: Variables, isOpen: boolean): Config {
  const production = variables.NODE_ENV === 'production';
  const explorer = toExplorer(variables, production);
  return {
    production,
    host: toNodeHost(variables.HOST),
    port: variables.PORT,
    upstream: toUpstream(variables),
    appType: variables.FEISHU_APP_TYPE,
    maxTenants: variables.MAX_TENANTS,
    quota: {
      calls: variables.FEISHU_QUOTA_CALLS,
      windowSeconds: variables.FEISHU_QUOTA_WINDOW_SECONDS,
    },
    events: toEvents(variables),
    filterStrategy: variables.FILTER_STRATEGY,
    cache: {
      freshSeconds: variables.CACHE_FRESH_SECONDS,
      staleSeconds: variables.CACHE_STALE_SECONDS,
      maxUsers: variables.CACHE_MAX_USERS,
    },
    redisUrl: variables.REDIS_URL === undefined ? null : new Secret(variables.REDIS_URL),
    entityUserIdType: variables.ENTITY_USER_ID_TYPE,
    federationUserKey: variables.FEDERATION_USER_KEY,
    federationUserRootFields: variables.FEDERATION_USER_ROOT_FIELDS === 'on',
    maxCallsPerOperation: variables.MAX_CALLS_PER_OPERATION,
    persistedOperations: variables.PERSISTED_OPERATIONS,
    mcp: variables.MCP === 'on',
    explorer,
    requestDeadlineMs: variables.REQUEST_DEADLINE_MS,
    subscriptionCallbackUrls: variables.SUBSCRIPTION_CALLBACK_URLS,
    auth: toAuthConfig(variables, isOpen, variables.FEISHU_APP_TYPE === 'store'),
    trustedProxies: variables.TRUST_PROXY,
    corsOrigins: toCorsOrigins(variables, production, explorer.apollo),
    logLevel: variables.LOG_LEVEL,
    traces: toTraces(variables),
  };
}

function toExplorer({ EXPLORER }: Variables, production: boolean): Config['explorer'] {
  const choice = EXPLORER ?? (production ? 'off' : 'on');
  const serves = (explorer: keyof Config['explorer']) => choice === 'on' || choice === explorer;
  return { graphiql: serves('graphiql'), apollo: serves('apollo') };
}

/** The origin of Apollo's hosted Explorer. */
const APOLLO_STUDIO = 'https://studio.apollographql.com';

/** Outside production, Apollo's hosted Explorer may call the gateway like its embedded one. */
function toCorsOrigins(
  { CORS_ORIGINS }: Variables,
  production: boolean,
  apollo: boolean,
): readonly string[] {
  const isGiven = CORS_ORIGINS.includes(APOLLO_STUDIO);
  return production || !apollo || isGiven ? CORS_ORIGINS : [...CORS_ORIGINS, APOLLO_STUDIO];
}

function toUpstream(variables: Variables): UpstreamConfig {
  const { FEISHU_APP_ID: appId, FEISHU_APP_SECRET: secret } = variables;
  if (!appId || !secret) return { kind: 'emulator' };
  const origin = variables.FEISHU_BASE_URL ?? OPEN_API_ORIGIN[variables.FEISHU_BRAND];
  return {
    kind: 'feishu',
    appId,
    appSecret: new Secret(secret),
    origin: new URL(origin).origin,
    accountsOrigin: toAccountsOrigin(variables),
  };
}

function toAccountsOrigin(variables: Variables): string | null {
  if (variables.FEISHU_TOKEN_ENDPOINT !== 'oauth_v3') return null;
  const origin = variables.FEISHU_ACCOUNTS_URL ?? ACCOUNTS_ORIGIN[variables.FEISHU_BRAND];
  return new URL(origin).origin;
}

function toEvents(variables: Variables): EventKeys | undefined {
  const { FEISHU_EVENT_ENCRYPT_KEY: key, FEISHU_EVENT_VERIFICATION_TOKEN: token } = variables;
  if (token === undefined) return undefined;
  return {
    encryptKey: key === undefined ? null : new Secret(key),
    verificationToken: new Secret(token),
  };
}

/** Freezes the configuration: no code can change `upstream.origin`, to which the secret is sent. */
function deepFreeze<T extends object>(value: T): Readonly<T> {
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null) deepFreeze(part as object);
  }
  return Object.freeze(value);
}
