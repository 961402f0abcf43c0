import type { Person } from './people';
import { PREFIXES, tokenText, type TokenFormat } from './token-text';

export type TokenOwner = { readonly kind: 'tenant' } | { readonly kind: 'user'; person: Person };

/** The owner and state of an issued token. */
export interface TokenFinding {
  readonly owner: TokenOwner;
  readonly state: 'valid' | 'expired' | 'revoked';
}

/** Keeps every issued token, including expired ones, because these have an error code of their own. */
export interface TokenStore {
  /** Returns the current tenant token if it has at least 30 minutes left, or else issues a new one. */
  tenantToken(format?: TokenFormat): { text: string; expireSeconds: number };
  issueUserToken(person: Person, lifeSeconds?: number): string;
  revokeTenantTokens(): void;
  /** Returns `undefined` for a token that was never issued. */
  find(text: string): TokenFinding | undefined;
}

export interface TokenStoreOptions {
  /** The Unix time in milliseconds. */
  readonly now: () => number;
  /** The life of tenant tokens, and of user tokens by default. */
  readonly lifeSeconds: number;
  /** The format of tokens, except for those of `oauth/v3/token`, which are always JWTs. */
  readonly format: TokenFormat;
}

interface IssuedToken {
  readonly text: string;
  readonly owner: TokenOwner;
  readonly expiresAtMs: number;
  revoked: boolean;
}

/** Feishu returns the same tenant token while it has at least this time left. (fact 20) */
const RENEWAL_MS = 30 * 60 * 1000;

export function createTokenStore({ now, lifeSeconds, format }: TokenStoreOptions): TokenStore {
  const issued = new Map<string, IssuedToken>();
  const newestTenantTokens = new Map<TokenFormat, IssuedToken>();
  const lifeLeftMs = (token: IssuedToken) => token.expiresAtMs - now();

  /** Tokens are random even with a seed, so that a token of an earlier emulator is not valid here. */
  function issue(owner: TokenOwner, format: TokenFormat, lifeSeconds: number): IssuedToken {
    const text = tokenText(PREFIXES[owner.kind], format);
    const expiresAtMs = now() + lifeSeconds * 1000;
    const token: IssuedToken = { text, owner, expiresAtMs, revoked: false };
    issued.set(text, token);
    return token;
  }

  function currentTenantToken(format: TokenFormat): IssuedToken {
    const newest = newestTenantTokens.get(format);
    if (newest && !newest.revoked && lifeLeftMs(newest) >= RENEWAL_MS) return newest;
    const token = issue({ kind: 'tenant' }, format, lifeSeconds);
    newestTenantTokens.set(format, token);
    return token;
  }

  return {
    tenantToken(wanted = format) {
      const token = currentTenantToken(wanted);
      return { text: token.text, expireSeconds: Math.floor(lifeLeftMs(token) / 1000) };
    },
    issueUserToken: (person, seconds = lifeSeconds) =>
      issue({ kind: 'user', person }, format, seconds).text,
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
