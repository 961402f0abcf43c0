import type { UserIdType } from '../domain/user';
import { authenticated, SKIP, rejected, type Authenticator } from './authenticator';
import { digestOf, sameDigest } from './digest';
import { parseUser } from './person';
import { policyOf } from './policy';
import { toPersonOutcome } from './reports';
import { withTenant } from './tenant';
import { ROUTER_NAME, type RouterTrust } from './trust';

export interface RouterAuthenticatorOptions {
  readonly trust: RouterTrust;
  /** The type of a user ID if neither its header nor its prefix states it. */
  readonly unprefixed: UserIdType;
}

/** Trusts the identity headers of requests that carry the router's secret, and skips other requests. */
export function createRouterAuthenticator(options: RouterAuthenticatorOptions): Authenticator {
  const { trust, unprefixed } = options;
  const secret = digestOf(trust.secret.reveal());
  const authenticator: Authenticator = {
    name: 'router',
    authenticate({ header }) {
      const sentSecret = header(trust.secretHeader);
      if (sentSecret === undefined) return SKIP;
      if (!sameDigest(digestOf(sentSecret), secret)) return rejected('wrong-secret');

      const id = header(trust.userHeader);
      // Without a user, the principal is the router itself, which may read no user's tasks.
      if (id === undefined || id === '') return authenticated(ROUTER);
      const idType = header(trust.userIdTypeHeader);
      const user = parseUser(id, idType, unprefixed);
      if (!user) return rejected('unusable-user');
      const scopes = (header(trust.scopesHeader) ?? '').split(/[\s,]+/);
      const list = trust.reportsHeader === null ? undefined : header(trust.reportsHeader);
      return toPersonOutcome(user, policyOf(scopes, trust.allScope), { list, idType, unprefixed });
    },
  };
  const { tenantHeader } = trust;
  if (tenantHeader === null) return authenticator;
  return withTenant(authenticator, ({ header }) => header(tenantHeader));
}

const ROUTER = {
  kind: 'service',
  name: ROUTER_NAME,
  policy: 'self',
  ids: [],
  tenantKey: null,
} as const;
