import type { Person } from './people';
import { PREFIXES, tokenText, type TokenFormat } from './token-text';

/** Whose a token is. */
export type TokenOwner =
  | { readonly kind: 'app' }
  | { readonly kind: 'tenant'; readonly tenantKey: string }
  | { readonly kind: 'user'; readonly tenantKey: string; readonly person: Person };

/** The owner and state of an issued token. */
export interface TokenFinding {
  readonly owner: TokenOwner;
  readonly state: 'valid' | 'expired' | 'revoked';
}

/** Keeps every issued token, including expired ones, because these have an error code of their own. */
export interface TokenStore {
  /** Returns the current token of the company if it has at least 30 minutes left, or else issues a new one. */
  tenantToken(tenantKey: string, format?: TokenFormat): TokenAnswer;
  /** The token of a store app, with the same rule. */
  appToken(): TokenAnswer;
  issueUserToken(tenantKey: string, person: Person, lifeSeconds?: number): string;
  revoke(kind: 'app' | 'tenant'): void;
  /** Returns `undefined` for a token that was never issued. */
  find(text: string): TokenFinding | undefined;
}

interface TokenAnswer {
  readonly text: string;
  readonly expireSeconds: number;
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
  const newest = new Map<string, IssuedToken>();
  const lifeLeftMs = (token: IssuedToken) => token.expiresAtMs - now();

  /** Tokens are random even with a seed, so that a token of an earlier emulator is not valid here. */
  function issue(owner: TokenOwner, format: TokenFormat, lifeSeconds: number): IssuedToken {
    const text = tokenText(PREFIXES[owner.kind], format);
    const expiresAtMs = now() + lifeSeconds * 1000;
    const token: IssuedToken = { text, owner, expiresAtMs, revoked: false };
    issued.set(text, token);
    return token;
  }

  function currentToken(place: string, owner: TokenOwner, wanted: TokenFormat): TokenAnswer {
    let token = newest.get(place);
    if (!token || token.revoked || lifeLeftMs(token) < RENEWAL_MS) {
      token = issue(owner, wanted, lifeSeconds);
      newest.set(place, token);
    }
    return { text: token.text, expireSeconds: Math.floor(lifeLeftMs(token) / 1000) };
  }

  return {
    tenantToken: (tenantKey, wanted = format) =>
      currentToken(`${tenantKey}/${wanted}`, { kind: 'tenant', tenantKey }, wanted),
    appToken: () => currentToken('app', { kind: 'app' }, format),
    issueUserToken: (tenantKey, person, seconds = lifeSeconds) =>
      issue({ kind: 'user', tenantKey, person }, format, seconds).text,
    revoke(kind) {
      for (const token of issued.values()) {
        if (token.owner.kind === kind) token.revoked = true;
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
