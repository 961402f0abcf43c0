import type { Principal } from '../domain/principal';

/** What a request says of who sends it. Nothing of it is believed yet. */
export interface RequestCredentials {
  /** Whether there is an `Authorization`, of whatever scheme. */
  readonly hasAuthorization: boolean;
  /** The token of `Authorization: Bearer …`. */
  readonly bearer: string | undefined;
  readonly header: (name: string) => string | undefined;
  /** Whether a header that says who asks was sent more than once: readers would differ on which counts. */
  readonly isRepeated: boolean;
  /** Where it comes from; behind a proxy, that proxy. The one thing here that the network says. */
  readonly address: string;
}

/** Why credentials are refused: for the log and the metrics, so the list is closed. */
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
  | 'refused-by-feishu'
  | 'other-tenant';

export type Outcome =
  | { readonly kind: 'skip' }
  | { readonly kind: 'authenticated'; readonly principal: Principal }
  | { readonly kind: 'rejected'; readonly reason: RejectionReason };

/** One way to prove who one is. A port; each way is a file of its own. */
export interface Authenticator {
  readonly name: 'router' | 'service-token' | 'jwt' | 'feishu-user';
  /** @throws GatewayError when the credentials cannot be checked now: they are not rejected. */
  authenticate(presented: RequestCredentials, signal: AbortSignal): Outcome | Promise<Outcome>;
}

export const SKIP: Outcome = { kind: 'skip' };

export function authenticated(principal: Principal): Outcome {
  return { kind: 'authenticated', principal };
}

export function rejected(reason: RejectionReason): Outcome {
  return { kind: 'rejected', reason };
}
