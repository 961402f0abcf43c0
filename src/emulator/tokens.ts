import { randomBytes } from 'node:crypto';
import type { Person } from './people';

/** On whose behalf a token speaks. */
export type TokenOwner = { readonly kind: 'tenant' } | { readonly kind: 'user'; person: Person };

/** What a token turns out to be when it is presented. */
export interface TokenFinding {
  readonly owner: TokenOwner;
  readonly state: 'valid' | 'expired' | 'revoked';
}

interface IssuedToken {
  readonly text: string;
  readonly owner: TokenOwner;
  readonly expiresAtMs: number;
  revoked: boolean;
}

/** With this much of its life left, the same tenant token is handed out again. (fact 20) */
const RENEWAL_MS = 30 * 60 * 1000;

/** Every token ever issued; expired ones too, since they answer with a code of their own. */
export class TokenStore {
  readonly #issued = new Map<string, IssuedToken>();
  #newestTenantToken: IssuedToken | undefined;

  constructor(
    private readonly now: () => number,
    private readonly lifeSeconds: number,
  ) {}

  /** A token with at least 30 minutes left is returned again; otherwise a new one overlaps with it. */
  tenantToken(): { text: string; expireSeconds: number } {
    const token = this.#reusableTenantToken() ?? this.#issueTenantToken();
    return { text: token.text, expireSeconds: Math.floor(this.#lifeLeftMs(token) / 1000) };
  }

  issueUserToken(person: Person, lifeSeconds = this.lifeSeconds): string {
    return this.#issue('u-', { kind: 'user', person }, lifeSeconds).text;
  }

  revokeTenantTokens(): void {
    for (const token of this.#issued.values()) {
      if (token.owner.kind === 'tenant') token.revoked = true;
    }
  }

  /** `undefined` for a token that was never issued. */
  find(text: string): TokenFinding | undefined {
    const token = this.#issued.get(text);
    if (!token) return undefined;
    if (token.revoked) return { owner: token.owner, state: 'revoked' };
    return { owner: token.owner, state: this.#lifeLeftMs(token) > 0 ? 'valid' : 'expired' };
  }

  #reusableTenantToken(): IssuedToken | undefined {
    const token = this.#newestTenantToken;
    return token && !token.revoked && this.#lifeLeftMs(token) >= RENEWAL_MS ? token : undefined;
  }

  #issueTenantToken(): IssuedToken {
    this.#newestTenantToken = this.#issue('t-', { kind: 'tenant' }, this.lifeSeconds);
    return this.#newestTenantToken;
  }

  /** Tokens are random even under a seed: one of an earlier emulator must not open this one. */
  #issue(prefix: string, owner: TokenOwner, lifeSeconds: number): IssuedToken {
    const text = `${prefix}${randomBytes(20).toString('hex')}`;
    const expiresAtMs = this.now() + lifeSeconds * 1000;
    const token: IssuedToken = { text, owner, expiresAtMs, revoked: false };
    this.#issued.set(text, token);
    return token;
  }

  #lifeLeftMs(token: IssuedToken): number {
    return token.expiresAtMs - this.now();
  }
}
