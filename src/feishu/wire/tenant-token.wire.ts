import { z } from 'zod';

/**
 * `POST /open-apis/auth/v3/tenant_access_token/internal`. The answer's fields stand at the top level
 * of the envelope, not under `data`. (fact 20)
 */
export interface TenantTokenBodyWire {
  app_id: string;
  app_secret: string;
}

/** What can stand in a header; anything else would be refused before it is sent, with every call. */
const HEADER_VALUE = /^[\x21-\x7e]+$/;

export const tenantTokenWire = z.object({
  /** Opaque, up to 4 KB: its shape and prefix mean nothing. (fact 21) */
  tenant_access_token: z.string().regex(HEADER_VALUE),
  /** Seconds left, at most 7,200. */
  expire: z.number().positive(),
});

export type TenantTokenWire = z.output<typeof tenantTokenWire>;
