import type { UserIdType } from '../domain/user';
import { authenticated, SKIP, rejected, type Authenticator } from './authenticator';
import { digestOf, sameDigest } from './digest';
import { personOf, readUser } from './person';
import { policyOf } from './policy';
import { ROUTER_NAME, type RouterTrust } from './trust';

export interface RouterAuthenticatorOptions {
  readonly trust: RouterTrust;
  /** What an ID is that neither its header nor its prefix tells of. */
  readonly unprefixed: UserIdType;
}

/** Reads the identity headers of requests that carry the secret, and ignores them in others. */
export function createRouterAuthenticator(options: RouterAuthenticatorOptions): Authenticator {
  const { trust, unprefixed } = options;
  const secret = digestOf(trust.secret.reveal());
  return {
    name: 'router',
    authenticate({ header }) {
      const presented = header(trust.secretHeader);
      if (presented === undefined) return SKIP;
      if (!sameDigest(digestOf(presented), secret)) return rejected('wrong-secret');

      const id = header(trust.userHeader);
      // The router itself, or an end user who has not signed in: let in, and reads no user's tasks.
      if (id === undefined || id === '') return authenticated(ROUTER);
      const user = readUser(id, header(trust.userIdTypeHeader), unprefixed);
      if (!user) return rejected('unusable-user');
      const scopes = (header(trust.scopesHeader) ?? '').split(/[\s,]+/);
      return authenticated(personOf([user], policyOf(scopes, trust.allScope)));
    },
  };
}

const ROUTER = { kind: 'service', name: ROUTER_NAME, policy: 'self', ids: [] } as const;
