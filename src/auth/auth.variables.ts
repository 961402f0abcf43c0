import { z } from 'zod';
import { TENANT_KEY_PATTERN } from '../domain/tenant-key';
import { UserIdType } from '../domain/user';
import { isSafeOrigin, listOf, oneOf, wholeNumber } from '../variables';

/** Asymmetric algorithms only: with a shared secret, the gateway's host could issue tokens. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
/** 32 random characters cannot be guessed. */
const ROUTER_SECRET_LENGTH = 32;
/** Headers carry these characters unchanged: outer spaces are trimmed, other bytes depend on the decoder. */
const ROUTER_SECRET = new RegExp(`^[\\x21-\\x7e]{${ROUTER_SECRET_LENGTH},}$`);

/** The only policy is `all`: a service has no ID of its own, so `self` would let it read nothing. */
export const SERVICE_TOKEN = new RegExp(
  `^([\\w.-]{1,64}):([0-9a-f]{64})(?::(all))?(?:@(${TENANT_KEY_PATTERN}))?$`,
  'i',
);
const HEADER_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;

const text = z.string();
const userIdType = z.enum(UserIdType, { error: `one of ${Object.keys(UserIdType).join(', ')}` });

const headerName = z
  .string()
  .transform((name) => name.toLowerCase())
  .refine((name) => HEADER_NAME.test(name) && name !== 'authorization', {
    error: 'the name of a header other than Authorization',
  });

/** The value of `AUTH_FEISHU_TENANT_KEY` that lets in the users of every company. */
export const ANY_TENANT = 'any';

export const AUTH_VARIABLES = {
  AUTH_ANONYMOUS: z.literal('all', { error: '"all"' }).optional(),
  AUTH_SERVICE_TOKENS: listOf(
    (entry) => SERVICE_TOKEN.test(entry),
    'name:sha256-hex or name:sha256-hex:all, separated by commas ' +
      '(a service has no user ID, so "all" is the only policy), each with @tenant_key for a store app',
  ).default([]),
  AUTH_JWT_ISSUER: text.optional(),
  AUTH_JWT_AUDIENCE: text.optional(),
  AUTH_JWT_JWKS_URL: z
    .string()
    .refine((url) => URL.canParse(url) && isSafeOrigin(new URL(url)), {
      error: 'an https:// URL (http:// only on this machine)',
    })
    .optional(),
  AUTH_JWT_ALGORITHMS: listOf(
    (name) => ALGORITHMS.includes(name),
    `some of ${ALGORITHMS.join(', ')}, separated by commas`,
  ).default(ALGORITHMS),
  AUTH_JWT_CLOCK_SKEW_SECONDS: wholeNumber(0, 300, 'a whole number of seconds').default(30),
  AUTH_JWT_USER_CLAIM: text.default('sub'),
  AUTH_JWT_USER_ID_TYPE: userIdType.optional(),
  AUTH_JWT_USER_ID_TYPE_CLAIM: text.optional(),
  AUTH_JWT_SCOPE_CLAIM: text.default('scope'),
  AUTH_JWT_ALL_SCOPE: text.optional(),
  AUTH_JWT_TENANT_CLAIM: text.default('tenant_key'),
  AUTH_JWT_REPORTS_CLAIM: text.optional(),
  AUTH_FEISHU_USERS: z.literal('on', { error: '"on"' }).optional(),
  AUTH_FEISHU_TENANT_KEY: text.optional(),
  AUTH_ROUTER_SECRET: z
    .string()
    .refine((secret) => ROUTER_SECRET.test(secret), {
      error: `at least ${ROUTER_SECRET_LENGTH} visible ASCII characters, without spaces`,
    })
    .optional(),
  AUTH_ROUTER_SECRET_HEADER: headerName.default('x-router-secret'),
  AUTH_ROUTER_USER_HEADER: headerName.default('x-user-id'),
  AUTH_ROUTER_USER_ID_TYPE_HEADER: headerName.default('x-user-id-type'),
  AUTH_ROUTER_SCOPES_HEADER: headerName.default('x-user-scopes'),
  AUTH_ROUTER_ALL_SCOPE: text.optional(),
  AUTH_ROUTER_TENANT_HEADER: headerName.default('x-tenant-key'),
  /** Without a default: a router that was set up before this header existed would pass on that of its clients. */
  AUTH_ROUTER_REPORTS_HEADER: headerName.optional(),
  UPSTREAM_IDENTITY: oneOf('app', 'caller').default('app'),
  RATE_LIMIT_PER_MINUTE: wholeNumber(0, 10_000_000, 'a whole number of requests').default(6_000),
  CONCURRENCY_LIMIT_SELF: wholeNumber(1, 100_000, 'a whole number of requests').default(20),
  CONCURRENCY_LIMIT: wholeNumber(1, 100_000, 'a whole number of requests').default(1_000),
  CONCURRENCY_LIMIT_TENANT: wholeNumber(1, 100_000, 'a whole number of requests').default(500),
  STREAM_LIMIT_SELF: wholeNumber(1, 100_000, 'a whole number of streams').default(10),
  STREAM_LIMIT: wholeNumber(1, 100_000, 'a whole number of streams').default(1_000),
  STREAM_LIMIT_TENANT: wholeNumber(1, 100_000, 'a whole number of streams').default(500),
};

export type AuthVariables = z.output<z.ZodObject<typeof AUTH_VARIABLES>>;
