import { GatewayError } from '../domain/errors';
import { ANONYMOUS, type Principal } from '../domain/principal';
import type { Audit, Rejection } from './audit';
import type { Authenticator, RequestCredentials, Outcome } from './authenticator';

/**
 * Resolves with the principal of a request.
 * @throws GatewayError `UNAUTHENTICATED`; an `UPSTREAM_…` code or `RATE_LIMITED` if the credentials cannot be
 * verified now
 */
export type Authenticate = (
  credentials: RequestCredentials,
  request: { readonly requestId: string; readonly signal: AbortSignal },
) => Promise<Principal>;

export interface AuthenticateOptions {
  /** In the order in which they run; see docs/decisions/0011-authentication.md. */
  readonly authenticators: readonly Authenticator[];
  /** Requests without credentials may read the tasks of all users. */
  readonly anonymous: boolean;
  readonly audit: Pick<Audit, 'rejected'>;
}

export function createAuthenticate(options: AuthenticateOptions): Authenticate {
  const { authenticators, anonymous, audit } = options;
  return async (credentials, request) => {
    const { requestId } = request;
    // Without authenticators, the gateway ignores an `Authorization` header: a proxy may have added it.
    if (authenticators.length === 0 && anonymous) return ANONYMOUS;
    if (credentials.isRepeated) {
      const rejection: Rejection = { authenticator: 'none', reason: 'repeated-header' };
      throw reject(audit, rejection, requestId, credentials.address);
    }
    for (const authenticator of authenticators) {
      const outcome = await authenticator.authenticate(credentials, request);
      if (outcome.kind === 'authenticated') return outcome.principal;
      const rejection = rejectionOf(authenticator, outcome);
      if (rejection) throw reject(audit, rejection, requestId, credentials.address);
    }
    if (anonymous && !credentials.hasAuthorization) return ANONYMOUS;
    const reason = credentials.hasAuthorization ? 'unknown-credentials' : 'no-credentials';
    throw reject(audit, { authenticator: 'none', reason }, requestId, credentials.address);
  };
}

function rejectionOf({ name }: Authenticator, outcome: Outcome): Rejection | undefined {
  return outcome.kind === 'rejected' ? { authenticator: name, reason: outcome.reason } : undefined;
}

/** Logs the reason for the operator. The client learns only that its credentials are not accepted. */
function reject(
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
