import { z } from 'zod';

/**
 * `POST /open-apis/auth/v3/tenant_access_token/internal`. The answer's fields are at the top level
 * of the envelope, not under `data`. (fact 20)
 */
export interface TenantTokenBodyWire {
  app_id: string;
  app_secret: string;
}

/** Characters that an HTTP header allows. With any others, no call could be sent. */
const HEADER_VALUE = /^[\x21-\x7e]+$/;

export const tenantTokenWire = z.object({
  /** Opaque, up to 4 KB. (fact 21) */
  tenant_access_token: z.string().regex(HEADER_VALUE),
  /** Seconds left, at most 7,200. */
  expire: z.number().positive(),
});

export type TenantTokenWire = z.output<typeof tenantTokenWire>;
