import { randomBytes } from 'node:crypto';

/** `opaque`: a prefix and 40 hexadecimal digits. `jwt`: a JWT of about 4 KB, without a prefix. (fact 21) */
export type TokenFormat = 'opaque' | 'jwt';

export const PREFIXES = { app: 'a-', tenant: 't-', user: 'u-' } as const;

/** Feishu asks clients to reserve 4 KB for a token. The claims below fill them. */
const FILLING_BYTES = 2_900;

/** Tokens are random even with a seed, so that a token of an earlier emulator is not valid here. */
export function tokenText(prefix: string, format: TokenFormat): string {
  return format === 'jwt' ? randomJwt() : `${prefix}${randomBytes(20).toString('hex')}`;
}

/** Looks like a JWT. The signature is random, because only Feishu reads its tokens. */
function randomJwt(): string {
  const claims = { jti: randomBytes(20).toString('hex'), filling: 'x'.repeat(FILLING_BYTES) };
  return [
    base64({ alg: 'ES256', typ: 'JWT' }),
    base64(claims),
    randomBytes(64).toString('base64url'),
  ].join('.');
}

function base64(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
