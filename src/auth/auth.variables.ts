import { z } from 'zod';
import { UserIdType } from '../domain/user';
import { isSafeOrigin, listOf, oneOf, wholeNumber } from '../variables';

/** With a private key on the issuer's side only: a secret that both know would let the gateway's host issue. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
/** 32 random characters are out of reach of guessing. */
const ROUTER_SECRET_LENGTH = 32;
/** What passes through a header as it is: around it spaces are cut off, and other bytes are read otherwise. */
const ROUTER_SECRET = new RegExp(`^[\\x21-\\x7e]{${ROUTER_SECRET_LENGTH},}$`);

/** `self` is not among a token's policies: a service has no ID of its own to read. */
export const SERVICE_TOKEN = /^([\w.-]{1,64}):([0-9a-f]{64})(?::(all))?$/i;
const HEADER_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;

const text = z.string();
const userIdType = z.enum(UserIdType, { error: `one of ${Object.keys(UserIdType).join(', ')}` });

function headerName(byDefault: string) {
  return z
    .string()
    .transform((name) => name.toLowerCase())
    .refine((name) => HEADER_NAME.test(name) && name !== 'authorization', {
      error: 'the name of a header other than Authorization',
    })
    .default(byDefault);
}

/** Instead of a company's key, says in words that users of every company are let in. */
export const ANY_TENANT = 'any';

export const AUTH_VARIABLES = {
  AUTH_ANONYMOUS: z.literal('all', { error: '"all"' }).optional(),
  AUTH_SERVICE_TOKENS: listOf(
    (entry) => SERVICE_TOKEN.test(entry),
    'name:sha256-hex or name:sha256-hex:all, separated by commas ' +
      '(a service has no ID of its own, so that no other policy is of use to it)',
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
  AUTH_FEISHU_USERS: z.literal('on', { error: '"on"' }).optional(),
  AUTH_FEISHU_TENANT_KEY: text.optional(),
  AUTH_ROUTER_SECRET: z
    .string()
    .refine((secret) => ROUTER_SECRET.test(secret), {
      error: `at least ${ROUTER_SECRET_LENGTH} visible ASCII characters, without spaces`,
    })
    .optional(),
  AUTH_ROUTER_SECRET_HEADER: headerName('x-router-secret'),
  AUTH_ROUTER_USER_HEADER: headerName('x-user-id'),
  AUTH_ROUTER_USER_ID_TYPE_HEADER: headerName('x-user-id-type'),
  AUTH_ROUTER_SCOPES_HEADER: headerName('x-user-scopes'),
  AUTH_ROUTER_ALL_SCOPE: text.optional(),
  UPSTREAM_IDENTITY: oneOf('app', 'caller').default('app'),
  RATE_LIMIT_PER_MINUTE: wholeNumber(0, 10_000_000, 'a whole number of requests').default(6_000),
  CONCURRENCY_LIMIT_SELF: wholeNumber(1, 100_000, 'a whole number of requests').default(20),
  CONCURRENCY_LIMIT: wholeNumber(1, 100_000, 'a whole number of requests').default(1_000),
};

/** What must not be repeated in an error, since the secret itself may stand there by mistake. */
export const SECRET_VARIABLES: ReadonlySet<string> = new Set([
  'AUTH_SERVICE_TOKENS',
  'AUTH_ROUTER_SECRET',
]);

export type AuthVariables = z.output<z.ZodObject<typeof AUTH_VARIABLES>>;
