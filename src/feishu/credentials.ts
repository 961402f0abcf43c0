import type { Secret } from '../domain/secret';

/** With which token a call goes out, and what can be done when upstream refuses it. */
export interface Credentials {
  readonly kind: 'none' | 'app' | 'user';
  token(): Promise<Secret | undefined>;
  /** Takes back a token that upstream refused. False: there is no other one to try. */
  drop(refused: Secret | undefined): boolean;
}

/** For the call that fetches the first token. */
export const NO_CREDENTIALS: Credentials = {
  kind: 'none',
  token: () => Promise.resolve(undefined),
  drop: () => false,
};

/** A user's own token, which only the user can renew. */
export function userCredentials(accessToken: Secret): Credentials {
  return { kind: 'user', token: () => Promise.resolve(accessToken), drop: () => false };
}
