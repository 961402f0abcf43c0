import type { Principal } from '../domain/principal';
import type { UserKey } from '../domain/user';
import type { UpstreamIdentity } from '../feishu/ports';
import type { Denials } from './denials';
import { mayRead } from './policy';

/** Whose token Feishu receives. `app`: the gateway's own. `caller`: the principal's own. */
export type UpstreamIdentityMode = 'app' | 'caller';

/** Returns the identity with which Feishu is asked for this user. @throws GatewayError `FORBIDDEN` */
export type Authorize = (user: UserKey) => UpstreamIdentity;

const APP: UpstreamIdentity = { kind: 'app' };

/** Every load of a user's tasks passes this check, before the cache is read or Feishu is asked. */
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
