import { Refusal } from './envelope';
import { ErrorCode } from './error-codes';
import type { TokenFinding, TokenOwner, TokenStore } from './tokens';

export type TokenKind = 'tenant' | 'user' | 'none';

/** Whose call it is; `none` only where no token is asked for. */
export type Principal = TokenOwner | { readonly kind: 'none' };

/** What a call carries, whether or not it is worth anything. */
export function tokenKindOf(tokens: TokenStore, header: string | undefined): TokenKind {
  const text = bearerToken(header);
  return text === undefined ? 'none' : kindOf(text, tokens.find(text));
}

/**
 * Who is calling. Throws a refusal with the code that Feishu has for what is wrong with the token.
 * (fact 23) `accepted` lists the kinds of token that the endpoint takes; an empty list asks for none.
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

/** Told apart from other refusals, because the HTTP status of a token failure varies. (fact 24) */
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

/** The prefix is a last resort: real tokens may be JWTs, which have none. (fact 21) */
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
