import { errors } from 'jose';
import type { RejectionReason } from './authenticator';

/** The `typ` of the token shows another purpose, e.g. `logout+jwt`. */
export class WrongTokenType extends Error {
  override readonly name = 'WrongTokenType';
}

const REASONS: Readonly<Record<string, RejectionReason>> = {
  [errors.JWTExpired.code]: 'expired',
  [errors.JOSEAlgNotAllowed.code]: 'wrong-algorithm',
  [errors.JOSENotSupported.code]: 'wrong-algorithm',
  [errors.JWSSignatureVerificationFailed.code]: 'wrong-signature',
  [errors.JWKSNoMatchingKey.code]: 'unknown-key',
  [errors.JWSInvalid.code]: 'malformed',
  [errors.JWTInvalid.code]: 'malformed',
};

/** For claims of the right type with another value than expected. */
const REASONS_OF_CLAIMS: Readonly<Record<string, RejectionReason>> = {
  aud: 'wrong-audience',
  iss: 'wrong-issuer',
  nbf: 'not-yet-valid',
};

/** Why the token is rejected; `undefined` if the error is not a fault of the token. */
export function reasonOf(error: unknown): RejectionReason | undefined {
  if (error instanceof WrongTokenType) return 'wrong-type';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.reason === 'missing') return 'missing-claim';
    const isOfRightType = error.reason === 'check_failed';
    return (isOfRightType ? REASONS_OF_CLAIMS[error.claim] : undefined) ?? 'malformed';
  }
  return error instanceof errors.JOSEError ? REASONS[error.code] : undefined;
}
