import { z } from 'zod';
import { AUTH_VARIABLES } from './auth/auth.variables';
import { DEFAULT_HOST, DEFAULT_PORT } from './config.address';
import { toSentinelAddress } from './domain/sentinel-address';
import { FEDERATION_USER_KEYS, UserIdType } from './domain/user';
import { LOG_LEVELS } from './observability/logger';
import { SAMPLERS } from './observability/sampler-names';
import { ManifestFault, readOperationManifest, type OperationManifest } from './operation-manifest';
import { isAddressRange, isSafeOrigin, listOf, oneOf, wholeNumber } from './variables';

/** Of the app's page in Feishu's console. */
function eventKey() {
  const error = 'a text of visible ASCII characters, without spaces';
  return z.string().regex(/^[\x21-\x7e]{1,512}$/, { error });
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

const UPSTREAM_ORIGIN = 'an https:// origin without a path (http:// only on this machine)';

/** The `error` of each schema completes "expected …". */
export const VARIABLES = z.object({
  NODE_ENV: z.string().optional(),
  HOST: z.string().default(DEFAULT_HOST),
  PORT: wholeNumber(0, 65_535, 'a port number').default(DEFAULT_PORT),
  FEISHU_APP_ID: z.string().optional(),
  FEISHU_APP_SECRET: z.string().optional(),
  FEISHU_APP_TYPE: oneOf('custom', 'store').default('custom'),
  FEISHU_BRAND: oneOf('feishu', 'lark').default('feishu'),
  FEISHU_BASE_URL: z.string().refine(isUpstreamOrigin, { error: UPSTREAM_ORIGIN }).optional(),
  FEISHU_TOKEN_ENDPOINT: oneOf('tenant_access_token', 'oauth_v3').default('tenant_access_token'),
  FEISHU_ACCOUNTS_URL: z.string().refine(isUpstreamOrigin, { error: UPSTREAM_ORIGIN }).optional(),
  FEISHU_QUOTA_CALLS: wholeNumber(1, 1_000_000, 'a whole number of calls').default(20),
  FEISHU_QUOTA_WINDOW_SECONDS: wholeNumber(1, 86_400, 'a whole number of seconds').default(60),
  FEISHU_EVENT_ENCRYPT_KEY: eventKey().optional(),
  FEISHU_EVENT_VERIFICATION_TOKEN: eventKey().optional(),
  FILTER_STRATEGY: oneOf('auto', 'pushdown').default('auto'),
  CACHE_FRESH_SECONDS: wholeNumber(0, 86_400, 'a whole number of seconds').default(60),
  CACHE_STALE_SECONDS: wholeNumber(0, 604_800, 'a whole number of seconds').default(3_600),
  MAX_TENANTS: wholeNumber(1, 100_000, 'a whole number of companies').default(5_000),
  CACHE_MAX_USERS: wholeNumber(1, 10_000_000, 'a whole number of users').default(100_000),
  REDIS_URL: z
    .string()
    .refine(isRedisUrl, {
      error:
        'redis://, rediss:// or redis+sentinel://host:port,host2:port/master, with a user and password if need be',
    })
    .optional(),
  ENTITY_USER_ID_TYPE: z
    .enum(UserIdType, { error: `one of ${Object.keys(UserIdType).join(', ')}` })
    .default('USER_ID'),
  FEDERATION_USER_KEY: oneOf(...FEDERATION_USER_KEYS).default('id'),
  FEDERATION_USER_ROOT_FIELDS: oneOf('on', 'off').default('on'),
  MAX_CALLS_PER_OPERATION: wholeNumber(1, 200, 'a whole number of calls').default(20),
  PERSISTED_OPERATIONS: z.string().transform(toManifest).optional(),
  MCP: oneOf('on', 'off').default('off'),
  EXPLORER: oneOf('on', 'off', 'graphiql', 'apollo').optional(),
  REQUEST_DEADLINE_MS: wholeNumber(100, 600_000, 'a whole number of milliseconds').default(15_000),
  SUBSCRIPTION_CALLBACK_URLS: listOf(
    isCallbackUrl,
    'URLs such as http://router:4000/callback, separated by commas, without a slash at the end, a query or a user',
  ).default([]),
  ...AUTH_VARIABLES,
  TRUST_PROXY: listOf(
    isAddressRange,
    'IP addresses or CIDRs such as 10.0.0.0/8, separated by commas',
  ).default([]),
  CORS_ORIGINS: listOf(
    isOrigin,
    'origins such as https://app.example.com, separated by commas',
  ).default([]),
  LOG_LEVEL: oneOf(...LOG_LEVELS).default('info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl().optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: collectorUrl().optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .refine(isHeaderList, { error: 'name=value pairs, separated by commas' })
    .optional(),
  OTEL_SERVICE_NAME: z.string().default('stage-task-gateway'),
  OTEL_TRACES_SAMPLER: oneOf(...SAMPLERS).default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: share().default(1),
  FEISHU_TRACE_CONTEXT: oneOf('on', 'off').default('off'),
});

export type Variables = z.output<typeof VARIABLES>;

function isUpstreamOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const { pathname, search, hash, username, password } = url;
  return pathname === '/' && search + hash + username + password === '' && isSafeOrigin(url);
}

/** Written as it is compared. */
function isCallbackUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, href, search, hash, username, password, pathname } = new URL(text);
  return (
    ['http:', 'https:'].includes(protocol) &&
    search + hash + username + password === '' &&
    href === text &&
    !pathname.endsWith('/')
  );
}

function isRedisUrl(text: string): boolean {
  return toSentinelAddress(text)?.sentinelUrls.every(isServerUrl) ?? isServerUrl(text);
}

function isServerUrl(text: string): boolean {
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

/** The address of an OpenTelemetry collector. */
function collectorUrl() {
  const error = 'an http:// or https:// URL without a query';
  return z.string().refine(isCollectorUrl, { error });
}

function isCollectorUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, search, hash, username, password } = new URL(text);
  const isHttp = protocol === 'http:' || protocol === 'https:';
  return isHttp && search + hash + username + password === '';
}

function isHeaderList(text: string): boolean {
  return text
    .split(',')
    .every((pair) => /^\s*[\w!#$%&'*+.^`|~-]+=[\x21-\x7e]*\s*$/.test(pair) && isDecodable(pair));
}

/** A part of the whole, as text such as `0.25`. */
function share() {
  const error = 'a number from 0 to 1';
  return z
    .string()
    .regex(/^(0|1|0?\.\d{1,9}|1\.0+)$/, { error })
    .transform(Number);
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}
