import { GatewayError } from '../domain/errors';
import { ANONYMOUS, type Principal } from '../domain/principal';
import type { Audit, Rejection } from './audit';
import type { Authenticator, Presented, Verdict } from './authenticator';

/**
 * Who is asking. @throws GatewayError `UNAUTHENTICATED`, or one of the `UPSTREAM_…` codes when it cannot
 * be told now.
 */
export type Authenticate = (
  presented: Presented,
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
      const verdict = await authenticator.judge(presented, signal);
      if (verdict.kind === 'known') return verdict.principal;
      const rejection = rejectionOf(authenticator, verdict);
      if (rejection) throw refuse(audit, rejection, requestId, presented.address);
    }
    if (anonymous && !presented.hasAuthorization) return ANONYMOUS;
    const reason = presented.hasAuthorization ? 'unknown-credentials' : 'no-credentials';
    throw refuse(audit, { authenticator: 'none', reason }, requestId, presented.address);
  };
}

function rejectionOf({ name }: Authenticator, verdict: Verdict): Rejection | undefined {
  return verdict.kind === 'rejected' ? { authenticator: name, reason: verdict.reason } : undefined;
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
