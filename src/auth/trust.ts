import type { Policy } from '../domain/principal';
import type { Secret } from '../domain/secret';
import type { UserIdType } from '../domain/user';

/** A service, and the digest of a token of its; several may have one name, for a rotation. */
export interface ServiceToken {
  readonly name: string;
  /** SHA-256 in hexadecimal digits: the token itself is in no configuration. */
  readonly sha256: string;
  readonly policy: Policy;
}

/** An identity provider, and where in its tokens stands what the gateway needs. */
export interface JwtTrust {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl: string;
  readonly algorithms: readonly string[];
  readonly clockSkewSeconds: number;
  readonly userClaim: string;
  /** `null`: told by the ID's prefix. */
  readonly userIdType: UserIdType | null;
  /** The claim that holds the type, where there is one. */
  readonly userIdTypeClaim: string | null;
  readonly scopeClaim: string;
  /** `null`: no principal is granted `all`. */
  readonly allScope: string | null;
}

/** The name of the router when it speaks for no user. */
export const ROUTER_NAME = 'router';

/** A router that speaks for its end users. Names of headers are in lower case. */
export interface RouterTrust {
  readonly secret: Secret;
  readonly secretHeader: string;
  readonly userHeader: string;
  readonly userIdTypeHeader: string;
  readonly scopesHeader: string;
  /** `null`: no principal is granted `all`. */
  readonly allScope: string | null;
}
