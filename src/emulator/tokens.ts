import { randomBytes } from 'node:crypto';
import type { Person } from './people';

export type TokenOwner = { readonly kind: 'tenant' } | { readonly kind: 'user'; person: Person };

/** The owner and state of an issued token. */
export interface TokenFinding {
  readonly owner: TokenOwner;
  readonly state: 'valid' | 'expired' | 'revoked';
}

/** Keeps every issued token, including expired ones, because these have an error code of their own. */
export interface TokenStore {
  /** Returns the current tenant token if it has at least 30 minutes left, or else issues a new one. */
  tenantToken(): { text: string; expireSeconds: number };
  issueUserToken(person: Person, lifeSeconds?: number): string;
  revokeTenantTokens(): void;
  /** Returns `undefined` for a token that was never issued. */
  find(text: string): TokenFinding | undefined;
}

interface IssuedToken {
  readonly text: string;
  readonly owner: TokenOwner;
  readonly expiresAtMs: number;
  revoked: boolean;
}

/** Feishu returns the same tenant token while it has at least this time left. (fact 20) */
const RENEWAL_MS = 30 * 60 * 1000;

/**
 * @param now the Unix time in milliseconds
 * @param defaultLifeSeconds the life of tenant tokens, and of user tokens by default
 */
export function createTokenStore(now: () => number, defaultLifeSeconds: number): TokenStore {
  const issued = new Map<string, IssuedToken>();
  let newestTenantToken: IssuedToken | undefined;
  const lifeLeftMs = (token: IssuedToken) => token.expiresAtMs - now();

  /** Tokens are random even with a seed, so that a token of an earlier emulator is not valid here. */
  function issue(prefix: string, owner: TokenOwner, lifeSeconds: number): IssuedToken {
    const text = `${prefix}${randomBytes(20).toString('hex')}`;
    const expiresAtMs = now() + lifeSeconds * 1000;
    const token: IssuedToken = { text, owner, expiresAtMs, revoked: false };
    issued.set(text, token);
    return token;
  }

  function currentTenantToken(): IssuedToken {
    const newest = newestTenantToken;
    if (newest && !newest.revoked && lifeLeftMs(newest) >= RENEWAL_MS) return newest;
    return (newestTenantToken = issue('t-', { kind: 'tenant' }, defaultLifeSeconds));
  }

  return {
    tenantToken() {
      const token = currentTenantToken();
      return { text: token.text, expireSeconds: Math.floor(lifeLeftMs(token) / 1000) };
    },
    issueUserToken: (person, lifeSeconds = defaultLifeSeconds) =>
      issue('u-', { kind: 'user', person }, lifeSeconds).text,
    revokeTenantTokens() {
      for (const token of issued.values()) {
        if (token.owner.kind === 'tenant') token.revoked = true;
      }
    },
    find(text) {
      const token = issued.get(text);
      if (!token) return undefined;
      if (token.revoked) return { owner: token.owner, state: 'revoked' };
      return { owner: token.owner, state: lifeLeftMs(token) > 0 ? 'valid' : 'expired' };
    },
  };
}
