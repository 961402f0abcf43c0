import { z } from 'zod';
import { toAuthConfig, type AuthConfig } from './auth/auth.config';
import { asksForCredentials, findAuthContradictions } from './auth/auth.faults';
import { AUTH_VARIABLES, SECRET_VARIABLES } from './auth/auth.variables';
import { Secret } from './domain/secret';
import type { FilterStrategy } from './domain/stage-task-filter';
import { FEDERATION_USER_KEYS, UserIdType, type FederationUserKey } from './domain/user';
import { OPEN_API_ORIGIN } from './feishu/hosts';
import { LOG_LEVELS, type LogLevel } from './observability/logger';
import { ManifestFault, readOperationManifest, type OperationManifest } from './operation-manifest';
import {
  isLoopback,
  isSafeOrigin,
  listOf,
  oneOf,
  wholeNumber,
  type Environment,
} from './variables';

/** Everything that the process is told from outside. */
export interface Config {
  readonly production: boolean;
  readonly host: string;
  readonly port: number;
  readonly upstream: UpstreamConfig;
  /** Of `find_by_user_list`; the embedded emulator enforces the same. */
  readonly quota: { readonly calls: number; readonly windowSeconds: number };
  readonly filterStrategy: FilterStrategy;
  readonly cache: {
    readonly freshSeconds: number;
    readonly staleSeconds: number;
    readonly maxUsers: number;
  };
  /** Where replicas share the quota and their answers; `null`: this process is the only one. */
  readonly redisUrl: Secret | null;
  /** What an unprefixed ID of a federated `User` is. */
  readonly entityUserIdType: UserIdType;
  readonly federationUserKey: FederationUserKey;
  /** Whether `user`, `users` and `viewer` are served, which a company's own subgraph may have as well. */
  readonly federationUserRootFields: boolean;
  readonly maxCallsPerOperation: number;
  /** The only operations that are run; any, where there is none. */
  readonly persistedOperations: OperationManifest | undefined;
  /** Whether the schema may be asked for, and the Explorer opened. */
  readonly explorer: boolean;
  readonly requestDeadlineMs: number;
  readonly auth: AuthConfig;
  readonly corsOrigins: readonly string[];
  readonly logLevel: LogLevel;
}

export type UpstreamConfig =
  | { readonly kind: 'emulator' }
  | {
      readonly kind: 'feishu';
      readonly appId: string;
      readonly appSecret: Secret;
      /** Scheme, host and port; the secret goes there and nowhere else. */
      readonly origin: string;
    };

/** Every fault of the environment at once, one line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly faults: readonly string[]) {
    super(['the environment is not usable:', ...faults.map((fault) => `  - ${fault}`)].join('\n'));
  }
}

/** @throws ConfigError */
export function loadConfig(environment: Environment = process.env): Config {
  // A variable that is set to nothing, as compose files like to do, is not set.
  const given: Environment = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== ''),
  );
  const parsed = VARIABLES.safeParse(given);
  const faults = [
    ...(parsed.error?.issues ?? []).map((issue) => toFault(issue, given)),
    ...findContradictions(given),
  ];
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);
  return deepFreeze(toConfig(parsed.data, !asksForCredentials(given)));
}

function toManifest(path: string, context: z.RefinementCtx): OperationManifest {
  try {
    return readOperationManifest(path);
  } catch (error) {
    if (!(error instanceof ManifestFault)) throw error;
    context.addIssue({ code: 'custom', message: error.expected, params: { got: error.got } });
    return z.NEVER;
  }
}

/** In each schema, `error` is what was expected. */
const VARIABLES = z.object({
  NODE_ENV: z.string().optional(),
  HOST: z.string().default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535, 'a port number').default(4_000),
  FEISHU_APP_ID: z.string().optional(),
  FEISHU_APP_SECRET: z.string().optional(),
  FEISHU_BRAND: oneOf('feishu', 'lark').default('feishu'),
  FEISHU_BASE_URL: z
    .string()
    .refine(isUpstreamOrigin, {
      error: 'an https:// origin without a path (http:// only on this machine)',
    })
    .optional(),
  FEISHU_QUOTA_CALLS: wholeNumber(1, 1_000_000, 'a whole number of calls').default(20),
  FEISHU_QUOTA_WINDOW_SECONDS: wholeNumber(1, 86_400, 'a whole number of seconds').default(60),
  FILTER_STRATEGY: oneOf('auto', 'pushdown').default('auto'),
  CACHE_FRESH_SECONDS: wholeNumber(0, 86_400, 'a whole number of seconds').default(60),
  CACHE_STALE_SECONDS: wholeNumber(0, 604_800, 'a whole number of seconds').default(3_600),
  CACHE_MAX_USERS: wholeNumber(1, 10_000_000, 'a whole number of users').default(100_000),
  REDIS_URL: z
    .string()
    .refine(isRedisUrl, {
      error: 'redis://host:port or rediss://…, with a user and password if need be',
    })
    .optional(),
  ENTITY_USER_ID_TYPE: z
    .enum(UserIdType, { error: `one of ${Object.keys(UserIdType).join(', ')}` })
    .default('USER_ID'),
  FEDERATION_USER_KEY: oneOf(...FEDERATION_USER_KEYS).default('id'),
  FEDERATION_USER_ROOT_FIELDS: oneOf('on', 'off').default('on'),
  MAX_CALLS_PER_OPERATION: wholeNumber(1, 200, 'a whole number of calls').default(20),
  PERSISTED_OPERATIONS: z.string().transform(toManifest).optional(),
  EXPLORER: oneOf('on', 'off').optional(),
  REQUEST_DEADLINE_MS: wholeNumber(100, 600_000, 'a whole number of milliseconds').default(15_000),
  ...AUTH_VARIABLES,
  CORS_ORIGINS: listOf(
    isOrigin,
    'origins such as https://app.example.com, separated by commas',
  ).default([]),
  LOG_LEVEL: oneOf(...LOG_LEVELS).default('info'),
});

/** What is wrong although each variable by itself is right. */
function findContradictions(given: Environment): string[] {
  const { FEISHU_APP_ID: appId, FEISHU_APP_SECRET: secret, HOST: host = '127.0.0.1' } = given;
  const faults: string[] = [];
  if (Boolean(appId) !== Boolean(secret)) {
    const missing = appId ? 'FEISHU_APP_SECRET' : 'FEISHU_APP_ID';
    faults.push(
      `${missing}: expected both FEISHU_APP_ID and FEISHU_APP_SECRET or neither, got one`,
    );
  }
  if (given['FEISHU_BASE_URL'] && !appId && !secret) {
    faults.push(
      'FEISHU_BASE_URL: expected FEISHU_APP_ID and FEISHU_APP_SECRET with it, got neither',
    );
  }
  if (given['NODE_ENV'] === 'production' && !appId && !secret) {
    faults.push(
      'FEISHU_APP_ID, FEISHU_APP_SECRET: expected both in production, got neither ' +
        '(the embedded emulator answers with invented people)',
    );
  }
  if (
    given['AUTH_ANONYMOUS'] === undefined &&
    !asksForCredentials(given) &&
    (appId || secret || !isLoopback(host))
  ) {
    faults.push(NOBODY_IS_ASKED);
  }
  return [...faults, ...findAuthContradictions(given)];
}

const NOBODY_IS_ASKED =
  'AUTH_ANONYMOUS: expected "all", got nothing. Nobody would be asked who they are: set ' +
  'AUTH_SERVICE_TOKENS, AUTH_JWT_ISSUER with AUTH_JWT_AUDIENCE and AUTH_JWT_JWKS_URL, ' +
  'AUTH_FEISHU_USERS=on with AUTH_FEISHU_TENANT_KEY or AUTH_ROUTER_SECRET; or say in words that whoever reaches the port may ' +
  'read what the app may read, and let nobody but your own services reach it';

function toFault(issue: z.core.$ZodIssue, given: Environment): string {
  const name = String(issue.path[0]);
  const value = given[name] ?? '';
  const got =
    issue.code === 'custom' && issue.params?.['got'] !== undefined
      ? String(issue.params['got'])
      : describe(name, value);
  return `${name}: expected ${issue.message}, got ${got}`;
}

/** What may be a secret, or looks like a URL with a password in it, is not repeated. */
function describe(name: string, value: string): string {
  if (SECRET_VARIABLES.has(name) || name === 'REDIS_URL')
    return `a text of ${value.length} characters`;
  return value.includes('@') ? 'a text with an "@" in it' : JSON.stringify(value);
}

function toConfig(variables: z.output<typeof VARIABLES>, asksForNone: boolean): Config {
  return {
    production: variables.NODE_ENV === 'production',
    // Node wants an IPv6 address without the brackets that a URL puts around it.
    host: variables.HOST.replace(/^\[(.*)\]$/, '$1'),
    port: variables.PORT,
    upstream: toUpstream(variables),
    quota: {
      calls: variables.FEISHU_QUOTA_CALLS,
      windowSeconds: variables.FEISHU_QUOTA_WINDOW_SECONDS,
    },
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
    explorer: variables.EXPLORER
      ? variables.EXPLORER === 'on'
      : variables.NODE_ENV !== 'production',
    requestDeadlineMs: variables.REQUEST_DEADLINE_MS,
    auth: toAuthConfig(variables, asksForNone),
    corsOrigins: variables.CORS_ORIGINS,
    logLevel: variables.LOG_LEVEL,
  };
}

function toUpstream(variables: z.output<typeof VARIABLES>): UpstreamConfig {
  const { FEISHU_APP_ID: appId, FEISHU_APP_SECRET: secret } = variables;
  if (!appId || !secret) return { kind: 'emulator' };
  const origin = variables.FEISHU_BASE_URL ?? OPEN_API_ORIGIN[variables.FEISHU_BRAND];
  return { kind: 'feishu', appId, appSecret: new Secret(secret), origin: new URL(origin).origin };
}

/** `upstream.origin` decides where the secret goes: nobody shall change it later. */
function deepFreeze<T extends object>(value: T): Readonly<T> {
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null) deepFreeze(part as object);
  }
  return Object.freeze(value);
}

function isUpstreamOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const { pathname, search, hash, username, password } = url;
  return pathname === '/' && search + hash + username + password === '' && isSafeOrigin(url);
}

function isRedisUrl(text: string): boolean {
  if (!URL.canParse(text) || !isDecodable(text)) return false;
  const { protocol, hostname, pathname } = new URL(text);
  const isDatabase = /^(\/\d*)?$/.test(pathname);
  return ['redis:', 'rediss:'].includes(protocol) && hostname !== '' && isDatabase;
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}
