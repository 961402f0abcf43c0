import type { Secret } from '../domain/secret';
import type { AppNotInstalled } from './ports';

/** The token of a call, and a way to replace it when Feishu refuses it. */
export interface Credentials {
  readonly kind: 'none' | 'app' | 'user';
  token(): Promise<Secret | undefined>;
  /** Discards a token that Feishu refused. @returns whether a new token can be fetched */
  drop(refused: Secret | undefined): boolean;
  /** Feishu says that the app is not installed. For a while, `token` rejects with this error, at no call. */
  pause?(reason: AppNotInstalled): void;
}

/** For the call that fetches the tenant token. */
export const NO_CREDENTIALS: Credentials = {
  kind: 'none',
  token: () => Promise.resolve(undefined),
  drop: () => false,
};

/** A user's own token. Only the user can renew it. */
export function userCredentials(accessToken: Secret): Credentials {
  return { kind: 'user', token: () => Promise.resolve(accessToken), drop: () => false };
}
