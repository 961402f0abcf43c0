import type { JWTPayload } from 'jose';
import type { Principal } from '../domain/principal';
import type { UserIdType } from '../domain/user';
import { authenticated, rejected, type Outcome } from './authenticator';
import { clientPseudonymOf } from './digest';
import { parseUser } from './person';
import { policyOf } from './policy';
import { toPersonOutcome } from './reports';
import type { JwtTrust } from './trust';

/** `at+jwt` (RFC 9068), or `JWT` as many providers set it. Media types ignore case. */
const ACCESS_TOKEN = /^(application\/)?(at\+)?jwt$/i;

/** Whether a token with this `typ` header may be an access token. A token without `typ` may. */
export function isAccessTokenType(typ: unknown): boolean {
  return typ === undefined || (typeof typ === 'string' && ACCESS_TOKEN.test(typ));
}

/** The principal that a verified token names: a person, or the client application itself. */
export function toOutcome(payload: JWTPayload, trust: JwtTrust, unprefixed: UserIdType): Outcome {
  const policy = policyOf(scopesIn(payload[trust.scopeClaim]), trust.allScope);
  const id = payload[trust.userClaim];
  // `sub` names a user or the client itself. Where another claim names users, a client's own token lacks it.
  const mayBeOfClient = trust.userClaim === 'sub' ? id !== undefined : id === undefined;
  if (mayBeOfClient && isOfClient(payload)) return authenticated(serviceOf(payload, policy));
  if (id === undefined) return rejected('missing-claim');
  const claimedType = trust.userIdTypeClaim === null ? undefined : payload[trust.userIdTypeClaim];
  const idType = claimedType ?? trust.userIdType ?? undefined;
  const user = parseUser(id, idType, unprefixed);
  if (!user) return rejected('unusable-user');
  return toPersonOutcome(user, policy, { list: reportsIn(payload, trust), idType, unprefixed });
}

/** The list of reports, not yet checked; `undefined` if the token has none. */
function reportsIn(payload: JWTPayload, { reportsClaim }: JwtTrust): unknown {
  if (reportsClaim === null) return undefined;
  const { _claim_names: elsewhere } = payload;
  // The issuer keeps the claim elsewhere, as providers do with lists that are too long for a token (OpenID Connect
  // Core, 5.6.2). Without the list, its reports would seem to be forbidden. An object is no list, so it is rejected.
  const isElsewhere = isObject(elsewhere) && Object.hasOwn(elsewhere, reportsClaim);
  return isElsewhere ? elsewhere : payload[reportsClaim];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The client's claims in RFC 9068, OpenID Connect (Auth0, Keycloak), Okta, and Microsoft Entra ID v1. */
const CLIENT_CLAIMS = ['client_id', 'azp', 'cid', 'appid'] as const;

/**
 * Whether a token was issued to a client for itself, as with the grant `client_credentials`. Its `sub` is then
 * the client (RFC 9068, 2.2). A client's ID may equal a person's, so it must not be read as a user ID.
 */
function isOfClient(payload: JWTPayload): boolean {
  const { sub, gty, idtyp } = payload;
  // `gty` is a claim of Auth0, `idtyp` one of Microsoft Entra ID.
  if (gty === 'client-credentials' || idtyp === 'app') return true;
  return CLIENT_CLAIMS.some((claim) => payload[claim] !== undefined && payload[claim] === sub);
}

/** Uses a pseudonym: a client's ID may equal a person's, and the log holds no user IDs. */
function serviceOf(payload: JWTPayload, policy: Principal['policy']): Principal {
  const ids = [...CLIENT_CLAIMS.map((claim) => payload[claim]), payload.sub];
  const id = ids.find((value) => typeof value === 'string') ?? '';
  return {
    kind: 'service',
    name: `client ${clientPseudonymOf(id)}`,
    policy,
    ids: [],
    tenantKey: null,
  };
}

/** Reads a space-separated string (RFC 8693, 4.2), or a list as some providers send it. */
function scopesIn(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ');
  return Array.isArray(claim) ? claim.filter((scope) => typeof scope === 'string') : [];
}
