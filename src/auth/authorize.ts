import type { Principal } from '../domain/principal';
import type { UserKey } from '../domain/user';
import type { UpstreamIdentity } from '../feishu/ports';
import type { Denials } from './denials';
import { mayRead } from './policy';

/** `app`: the gateway's own token, for all principals. `caller`: each principal's own, and no other. */
export type UpstreamIdentityMode = 'app' | 'caller';

/** In whose name this user may be asked for. @throws GatewayError `FORBIDDEN` */
export type Authorize = (user: UserKey) => UpstreamIdentity;

const APP: UpstreamIdentity = { kind: 'app' };

/** The one decision that every way to a user's tasks passes, before anything is asked or recalled. */
export function createAuthorize(
  principal: Principal,
  mode: UpstreamIdentityMode,
  denials: Denials,
): Authorize {
  const { accessToken } = principal;
  const own: UpstreamIdentity | undefined = accessToken && { kind: 'user', accessToken };
  const identity = mode === 'app' ? APP : own;
  return (user) => {
    if (identity && mayRead(principal, user)) return identity;
    const reason = identity ? 'not-own' : 'no-user-token';
    throw denials.note(user, reason);
  };
}
