import type { Principal } from '../domain/principal';

/** What a request claims about its sender. Nothing here is verified, except `address`. */
export interface RequestCredentials {
  /** Whether the request has an `Authorization` header of any scheme. */
  readonly hasAuthorization: boolean;
  /** The token of `Authorization: Bearer …`. */
  readonly bearer: string | undefined;
  /** The value of a header that was sent once. @param name in lower case */
  readonly header: (name: string) => string | undefined;
  /** Whether an identity header was sent more than once: a proxy and the gateway might read different values. */
  readonly isRepeated: boolean;
  /** The client's IP address, for IPv6 its network; behind a proxy that is not trusted, the proxy's. */
  readonly address: string;
}

/** Why credentials are rejected. A closed list, for the log. */
export type RejectionReason =
  | 'no-credentials'
  | 'unknown-credentials'
  | 'wrong-secret'
  | 'malformed'
  | 'expired'
  | 'not-yet-valid'
  | 'wrong-audience'
  | 'wrong-issuer'
  | 'wrong-algorithm'
  | 'wrong-type'
  | 'repeated-header'
  | 'wrong-signature'
  | 'unknown-key'
  | 'missing-claim'
  | 'unusable-user'
  | 'unusable-reports'
  | 'too-many-reports'
  | 'missing-tenant'
  | 'unusable-tenant'
  | 'refused-by-feishu'
  | 'other-tenant';

export type Outcome =
  | { readonly kind: 'skip' }
  | { readonly kind: 'authenticated'; readonly principal: Principal }
  | { readonly kind: 'rejected'; readonly reason: RejectionReason };

/** Read the signal only to wait: it is made when it is first read. */
export interface RequestLife {
  readonly signal: AbortSignal;
}

/** Verifies one kind of credentials. A port, with one adapter for each kind. */
export interface Authenticator {
  readonly name: 'router' | 'service-token' | 'jwt' | 'feishu-user';
  /** @throws GatewayError if the credentials cannot be verified now, which is no rejection */
  authenticate(credentials: RequestCredentials, request: RequestLife): Outcome | Promise<Outcome>;
}

export const SKIP: Outcome = { kind: 'skip' };

export function authenticated(principal: Principal): Outcome {
  return { kind: 'authenticated', principal };
}

/** The outcome until a monotonic time, when the credentials have to be verified again. */
export function validUntil(outcome: Outcome, validUntilMs: number): Outcome {
  return outcome.kind === 'authenticated'
    ? authenticated({ ...outcome.principal, validUntilMs })
    : outcome;
}

export function rejected(reason: RejectionReason): Outcome {
  return { kind: 'rejected', reason };
}
