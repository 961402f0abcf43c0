import { GatewayError } from '../domain/errors';
import { ANONYMOUS, type Principal } from '../domain/principal';
import type { Audit, Rejection } from './audit';
import type { Authenticator, RequestCredentials, Outcome } from './authenticator';

/**
 * Who is asking. @throws GatewayError `UNAUTHENTICATED`, or one of the `UPSTREAM_…` codes when it cannot
 * be told now.
 */
export type Authenticate = (
  presented: RequestCredentials,
  request: { readonly requestId: string; readonly signal: AbortSignal },
) => Promise<Principal>;

export interface AuthenticateOptions {
  /** In the order in which they are asked; see docs/decisions/0011-authentication.md. */
  readonly authenticators: readonly Authenticator[];
  /** Requests without credentials may read all users. */
  readonly anonymous: boolean;
  readonly audit: Pick<Audit, 'rejected'>;
}

export function createAuthenticate(options: AuthenticateOptions): Authenticate {
  const { authenticators, anonymous, audit } = options;
  return async (presented, { requestId, signal }) => {
    // Where no credentials are asked for, a header that a proxy added is ignored.
    if (authenticators.length === 0 && anonymous) return ANONYMOUS;
    if (presented.isRepeated) {
      const rejection: Rejection = { authenticator: 'none', reason: 'repeated-header' };
      throw refuse(audit, rejection, requestId, presented.address);
    }
    for (const authenticator of authenticators) {
      const outcome = await authenticator.authenticate(presented, signal);
      if (outcome.kind === 'authenticated') return outcome.principal;
      const rejection = rejectionOf(authenticator, outcome);
      if (rejection) throw refuse(audit, rejection, requestId, presented.address);
    }
    if (anonymous && !presented.hasAuthorization) return ANONYMOUS;
    const reason = presented.hasAuthorization ? 'unknown-credentials' : 'no-credentials';
    throw refuse(audit, { authenticator: 'none', reason }, requestId, presented.address);
  };
}

function rejectionOf({ name }: Authenticator, outcome: Outcome): Rejection | undefined {
  return outcome.kind === 'rejected' ? { authenticator: name, reason: outcome.reason } : undefined;
}

/** A client learns that they are not accepted; why is for the operator's log. */
function refuse(
  audit: Pick<Audit, 'rejected'>,
  rejection: Rejection,
  requestId: string,
  address: string,
): GatewayError {
  audit.rejected(rejection, requestId, address);
  return new GatewayError(
    'UNAUTHENTICATED',
    rejection.reason === 'no-credentials'
      ? 'no credentials: send `Authorization: Bearer …`'
      : 'The credentials of this request are not accepted.',
  );
}
