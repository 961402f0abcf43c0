import { isTenantKey } from '../domain/tenant-key';
import {
  authenticated,
  rejected,
  type Authenticator,
  type Outcome,
  type RequestCredentials,
} from './authenticator';

/**
 * Binds the principal to the company that its credentials name. A store app reads the data of one company for each
 * request, so credentials without a company are rejected.
 */
export function inTenant(outcome: Outcome, tenantKey: unknown): Outcome {
  if (outcome.kind !== 'authenticated') return outcome;
  if (tenantKey === undefined || tenantKey === null || tenantKey === '') {
    return rejected('missing-tenant');
  }
  if (!isTenantKey(tenantKey)) return rejected('unusable-tenant');
  return authenticated({ ...outcome.principal, tenantKey });
}

/** Binds every principal of an authenticator to the company that `tenantOf` reads. */
export function withTenant(
  authenticator: Authenticator,
  tenantOf: (credentials: RequestCredentials) => unknown,
): Authenticator {
  return {
    name: authenticator.name,
    authenticate(credentials, request) {
      const bind = (outcome: Outcome) => inTenant(outcome, tenantOf(credentials));
      const outcome = authenticator.authenticate(credentials, request);
      return outcome instanceof Promise ? outcome.then(bind) : bind(outcome);
    },
  };
}
