import { Refusal } from './envelope';
import { ErrorCode } from './error-codes';
import type { TokenFinding, TokenOwner, TokenStore } from './tokens';

export type TokenKind = TokenOwner['kind'] | 'none';

/** Who makes a call; `none` only if the endpoint needs no token. */
export type Principal = TokenOwner | { readonly kind: 'none' };

/** Returns the kind of token that a call sends, even if the token is invalid. */
export function tokenKindOf(tokens: TokenStore, header: string | undefined): TokenKind {
  const text = bearerToken(header);
  return text === undefined ? 'none' : kindOf(text, tokens.find(text));
}

/** Returns the company of a call's token, also of an expired one; `undefined` if the token names none. */
export function tenantKeyOf(tokens: TokenStore, header: string | undefined): string | undefined {
  const text = bearerToken(header);
  const owner = text === undefined ? undefined : tokens.find(text)?.owner;
  return owner && owner.kind !== 'app' ? owner.tenantKey : undefined;
}

/**
 * Returns who makes the call.
 * @param accepted the kinds of token that the endpoint accepts; empty if it needs none
 * @throws TokenFault with Feishu's code for the fault of the token (fact 23)
 */
export function authorize(
  tokens: TokenStore,
  accepted: readonly TokenOwner['kind'][],
  header: string | undefined,
): Principal {
  if (accepted.length === 0) return { kind: 'none' };
  if (!header) throw new TokenFault(ErrorCode.tokenMissing);
  const text = bearerToken(header);
  if (text === undefined) throw new TokenFault(ErrorCode.tokenMalformed);
  const finding = tokens.find(text);
  if (finding?.state !== 'valid') throw new TokenFault(codeOfUnusable(text, finding));
  if (!accepted.includes(finding.owner.kind)) throw new TokenFault(codeOfWrongKind(accepted));
  return finding.owner;
}

/** Not a `Refusal`, because an option sets the HTTP status of token failures. (fact 24) */
export class TokenFault extends Error {
  override readonly name = 'TokenFault';

  constructor(readonly code: number) {
    super(`token failure ${code}`);
  }

  toRefusal(status: number): Refusal {
    return new Refusal(status, this.code);
  }
}

function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer (\S+)$/.exec(header ?? '')?.[1];
}

/** Uses the prefix only for unknown tokens: real tokens may be JWTs, which have no prefix. (fact 21) */
function kindOf(text: string, finding: TokenFinding | undefined): TokenOwner['kind'] {
  return finding?.owner.kind ?? (text.startsWith('u-') ? 'user' : 'tenant');
}

function codeOfUnusable(text: string, finding: TokenFinding | undefined): number {
  if (kindOf(text, finding) === 'tenant') return ErrorCode.tenantTokenInvalid;
  return finding?.state === 'expired' ? ErrorCode.userTokenExpired : ErrorCode.userTokenInvalid;
}

function codeOfWrongKind(accepted: readonly TokenOwner['kind'][]): number {
  return accepted.includes('tenant') ? ErrorCode.tenantTokenInvalid : ErrorCode.userTokenInvalid;
}
