import { z } from 'zod';
import { lenientString } from './lenient';

/** `GET /open-apis/authen/v1/user_info`: whose a user's token is. Names are not read. (fact 15) */
export const userInfoDataWire = z.object({
  open_id: lenientString,
  union_id: lenientString,
  /** Only where the app has the scope for it. */
  user_id: lenientString,
  tenant_key: lenientString,
});

export type UserInfoDataWire = z.output<typeof userInfoDataWire>;
