import { z } from 'zod';

/** The body of `POST /open-apis/auth/v3/tenant_access_token/internal`. (fact 20) */
export interface TenantTokenBodyWire {
  app_id: string;
  app_secret: string;
}

/** The body of `POST /oauth/v3/token`. App ID and secret are in `Authorization: Basic`. (fact 21) */
export interface OAuthTokenBodyWire {
  grant_type: 'client_credentials';
}

/** The body of `POST /open-apis/auth/v3/app_ticket/resend`. (fact 22) */
export type ResendTicketBodyWire = TenantTokenBodyWire;

/** The body of `POST /open-apis/auth/v3/app_access_token`, for store apps. (fact 22) */
export interface AppTokenBodyWire extends TenantTokenBodyWire {
  app_ticket: string;
}

/** The body of `POST /open-apis/auth/v3/tenant_access_token`, for store apps. (fact 22) */
export interface StoreTenantTokenBodyWire {
  app_access_token: string;
  tenant_key: string;
}

/** Characters that an HTTP header allows. With any others, no call could be sent. */
const HEADER_VALUE = /^[\x21-\x7e]+$/;

/** Opaque, up to 4 KB. Its prefix means nothing: the token may be a JWT. (fact 21) */
const token = z.string().regex(HEADER_VALUE);
/** Seconds left, at most 7,200. */
const seconds = z.number().positive();

/** The fields are at the top level of the envelope, not under `data`. (fact 20) */
export const tenantTokenWire = z.object({ tenant_access_token: token, expire: seconds });

export type TenantTokenWire = z.output<typeof tenantTokenWire>;

export const appTokenWire = z.object({ app_access_token: token, expire: seconds });

export type AppTokenWire = z.output<typeof appTokenWire>;

/** RFC 6749, section 5.1; the gateway needs no other field. */
export const oauthTokenWire = z.object({ access_token: token, expires_in: seconds });

export type OAuthTokenWire = z.output<typeof oauthTokenWire>;
