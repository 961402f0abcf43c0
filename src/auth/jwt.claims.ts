import type { JWTPayload } from 'jose';
import type { Principal } from '../domain/principal';
import type { UserIdType } from '../domain/user';
import { authenticated, rejected, type Outcome } from './authenticator';
import { clientPseudonymOf } from './digest';
import { personOf, readUser } from './person';
import { policyOf } from './policy';
import type { JwtTrust } from './trust';

/** Access tokens, by RFC 9068 and by providers that set the general type. Media types ignore case. */
const ACCESS_TOKEN = /^(application\/)?(at\+)?jwt$/i;

/** Whether a token of this `typ` may be an access token; one without `typ` may. */
export function isAccessTokenType(typ: unknown): boolean {
  return typ === undefined || (typeof typ === 'string' && ACCESS_TOKEN.test(typ));
}

/** Whom the claims of a verified token name: a person, or the client application itself. */
export function toOutcome(payload: JWTPayload, trust: JwtTrust, unprefixed: UserIdType): Outcome {
  const policy = policyOf(scopesIn(payload[trust.scopeClaim]), trust.allScope);
  if (trust.userClaim === 'sub' && isOfClient(payload))
    return authenticated(serviceOf(payload, policy));
  const told = trust.userIdTypeClaim === null ? undefined : payload[trust.userIdTypeClaim];
  const idType = told ?? trust.userIdType ?? undefined;
  const user = readUser(payload[trust.userClaim], idType, unprefixed);
  return user ? authenticated(personOf([user], policy)) : rejected('unusable-user');
}

/** Where providers name the client: RFC 9068, OpenID Connect (Auth0, Keycloak), Okta, Microsoft Entra ID v1. */
const CLIENT_CLAIMS = ['client_id', 'azp', 'cid', 'appid'] as const;

/**
 * Whether a token was issued to a client for itself, as with the grant `client_credentials`: its `sub` is
 * then the client (RFC 9068, 2.2), and a client may be called like a person's ID.
 */
function isOfClient(payload: JWTPayload): boolean {
  const { sub, gty, idtyp } = payload;
  // Auth0 and Microsoft Entra ID say so in claims of their own.
  if (gty === 'client-credentials' || idtyp === 'app') return true;
  return CLIENT_CLAIMS.some((claim) => payload[claim] !== undefined && payload[claim] === sub);
}

/** By pseudonym, since a client may be called like a person's ID, which the log does not hold. */
function serviceOf(payload: JWTPayload, policy: Principal['policy']): Principal {
  const ids = [...CLIENT_CLAIMS.map((claim) => payload[claim]), payload.sub];
  const id = ids.find((value) => typeof value === 'string') ?? '';
  return { kind: 'service', name: `client ${clientPseudonymOf(id)}`, policy, ids: [] };
}

/** A text with spaces between them, or a list. (RFC 8693, 4.2; some providers) */
function scopesIn(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ');
  return Array.isArray(claim) ? claim.filter((scope) => typeof scope === 'string') : [];
}
