import type { Principal } from '../domain/principal';
import type { UserKey } from '../domain/user';
import type { UpstreamIdentity } from '../feishu/ports';
import type { Denials } from './denials';
import { mayRead, mayReadEveryone } from './policy';

/** Whose token Feishu receives. `app`: the gateway's own. `caller`: the principal's own. */
export type UpstreamIdentityMode = 'app' | 'caller';

/** Returns the identity with which Feishu is asked for this user. @throws GatewayError `FORBIDDEN` */
export type Authorize = (user: UserKey) => UpstreamIdentity;

/** Returns the identity with which Feishu is asked for everyone in a cycle. @throws GatewayError `FORBIDDEN` */
export type AuthorizeEveryone = () => UpstreamIdentity;

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
  const refusal = principal.policy === 'listed' ? 'not-listed' : 'not-own';
  return (user) => {
    if (identity && mayRead(principal, user)) return identity;
    throw denials.note(user, identity ? refusal : 'no-user-token');
  };
}

/**
 * Every load of everyone in a cycle passes this check. A user's token cannot list users (fact 14), and with `caller`
 * the app's own token must not read for a principal.
 */
export function createAuthorizeEveryone(
  principal: Principal,
  mode: UpstreamIdentityMode,
  denials: Denials,
): AuthorizeEveryone {
  return () => {
    if (mode === 'caller') throw denials.note(null, 'no-app-token');
    if (!mayReadEveryone(principal)) throw denials.note(null, 'not-everyone');
    return APP;
  };
}
