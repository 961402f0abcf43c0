import { createDecipheriv, hash } from 'node:crypto';
import type { Secret } from '../domain/secret';

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const BLOCK_BYTES = 16;

/**
 * Returns a function that decrypts a payload: AES-256-CBC, whose key is the SHA-256 of the encrypt key and whose
 * initialisation vector is the first block. (fact 30) It returns `undefined` for a payload that is not encrypted so.
 */
export function createDecrypt(encryptKey: Secret): (payload: string) => string | undefined {
  const key = Buffer.from(hash('sha256', encryptKey.reveal(), 'hex'), 'hex');
  const utf8 = new TextDecoder('utf-8', { fatal: true });

  return (payload) => {
    if (!BASE64.test(payload)) return undefined;
    const bytes = Buffer.from(payload, 'base64');
    if (bytes.length < 2 * BLOCK_BYTES || bytes.length % BLOCK_BYTES !== 0) return undefined;
    const decipher = createDecipheriv('aes-256-cbc', key, bytes.subarray(0, BLOCK_BYTES));
    try {
      const text = [decipher.update(bytes.subarray(BLOCK_BYTES)), decipher.final()];
      return utf8.decode(Buffer.concat(text));
    } catch {
      return undefined;
    }
  };
}
