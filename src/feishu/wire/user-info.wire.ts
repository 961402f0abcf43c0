import { z } from 'zod';
import { lenientString } from './lenient';

/** `GET /open-apis/authen/v1/user_info` returns the user of a token. The gateway ignores names. (fact 15) */
export const userInfoDataWire = z.object({
  open_id: lenientString,
  union_id: lenientString,
  /** Only present if the app has the scope for it. */
  user_id: lenientString,
  tenant_key: lenientString,
});

export type UserInfoDataWire = z.output<typeof userInfoDataWire>;
