import type { Policy } from '../domain/principal';
import type { Secret } from '../domain/secret';
import type { UserIdType } from '../domain/user';

/** A token of a service. Several tokens may have the same name, so that tokens can be rotated. */
export interface ServiceToken {
  readonly name: string;
  /** The token's SHA-256 in hexadecimal digits. The configuration does not hold the token itself. */
  readonly sha256: string;
  readonly policy: Policy;
  /** The company whose data the service reads; `null`: the only one of a custom app. */
  readonly tenantKey: string | null;
}

/** An identity provider, and the claims of its tokens that the gateway reads. */
export interface JwtTrust {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl: string;
  readonly algorithms: readonly string[];
  readonly clockSkewSeconds: number;
  readonly userClaim: string;
  /** The type of all user IDs; `null`: the ID's prefix decides. */
  readonly userIdType: UserIdType | null;
  /** The claim that holds the ID type; `null`: there is none. */
  readonly userIdTypeClaim: string | null;
  readonly scopeClaim: string;
  /** The claim that lists the users whom the person may also read; `null`: there is none. */
  readonly reportsClaim: string | null;
  /** The scope that grants `all`; `null`: none does. */
  readonly allScope: string | null;
  /** The claim that names the company; `null` for a custom app, which has only one. */
  readonly tenantClaim: string | null;
}

/** The principal's name when the router sends no user. */
export const ROUTER_NAME = 'router';

/** A router that authenticates its users and sends their IDs. Header names are in lower case. */
export interface RouterTrust {
  readonly secret: Secret;
  readonly secretHeader: string;
  readonly userHeader: string;
  readonly userIdTypeHeader: string;
  readonly scopesHeader: string;
  /** The header that lists the users whom the person may also read; `null`: there is none. */
  readonly reportsHeader: string | null;
  /** The scope that grants `all`; `null`: none does. */
  readonly allScope: string | null;
  /** The header that names the company; `null` for a custom app, which has only one. */
  readonly tenantHeader: string | null;
}
