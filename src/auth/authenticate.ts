import { GatewayError } from '../domain/errors';
import { ANONYMOUS, type Principal } from '../domain/principal';
import type { Audit, Rejection } from './audit';
import type { Authenticator, RequestCredentials, RequestLife, Outcome } from './authenticator';

/**
 * Returns the principal of a request, as a promise only if an authenticator has to wait.
 * @throws GatewayError `UNAUTHENTICATED`; an `UPSTREAM_…` code or `RATE_LIMITED` if the credentials cannot be
 * verified now
 */
export type Authenticate = (
  credentials: RequestCredentials,
  request: AuthenticatedRequest,
) => Principal | Promise<Principal>;

export interface AuthenticatedRequest extends RequestLife {
  readonly requestId: string;
}

export interface AuthenticateOptions {
  /** In the order in which they run; see docs/decisions/0011-authentication.md. */
  readonly authenticators: readonly Authenticator[];
  /** Requests without credentials may read the tasks of all users. */
  readonly anonymous: boolean;
  readonly audit: Pick<Audit, 'rejected'>;
}

export function createAuthenticate(options: AuthenticateOptions): Authenticate {
  const { authenticators, anonymous, audit } = options;
  return (credentials, request) => {
    // Without authenticators, the gateway ignores an `Authorization` header: a proxy may have added it.
    if (authenticators.length === 0 && anonymous) return ANONYMOUS;
    const reject = (rejection: Rejection): GatewayError => {
      audit.rejected(rejection, request.requestId, credentials.address);
      return unauthenticated(rejection);
    };

    function authenticateFrom(index: number): Principal | Promise<Principal> {
      const authenticator = authenticators[index];
      if (!authenticator) return admitAnonymous();
      const decide = (outcome: Outcome) => {
        if (outcome.kind === 'authenticated') return outcome.principal;
        if (outcome.kind === 'skip') return authenticateFrom(index + 1);
        throw reject({ authenticator: authenticator.name, reason: outcome.reason });
      };
      const outcome = authenticator.authenticate(credentials, request);
      return outcome instanceof Promise ? outcome.then(decide) : decide(outcome);
    }

    function admitAnonymous(): Principal {
      if (anonymous && !credentials.hasAuthorization) return ANONYMOUS;
      const reason = credentials.hasAuthorization ? 'unknown-credentials' : 'no-credentials';
      throw reject({ authenticator: 'none', reason });
    }

    if (credentials.isRepeated) throw reject({ authenticator: 'none', reason: 'repeated-header' });
    return authenticateFrom(0);
  };
}

/** The log has the reason for the operator. The client learns only that its credentials are not accepted. */
function unauthenticated({ reason }: Rejection): GatewayError {
  return new GatewayError(
    'UNAUTHENTICATED',
    reason === 'no-credentials'
      ? 'no credentials: send `Authorization: Bearer …`'
      : 'The credentials of this request are not accepted.',
  );
}
