import { createHash, hash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Secret } from '../domain/secret';

/** What Feishu signs an event with. */
export interface Signature {
  /** Unix seconds, as Feishu has written them. */
  readonly timestamp: string;
  readonly nonce: string;
  /** SHA-256 in lowercase hexadecimal digits. */
  readonly digest: string;
}

const TIMESTAMP = /^\d{1,12}$/;
const NONCE = /^[\x21-\x7e]{1,128}$/;
const DIGEST = /^[0-9a-f]{64}$/;

/**
 * Reads the signature of a request. A header that is sent twice is malformed: Node joins its values.
 * @returns `unsigned` without any of the headers; `malformed` if one is missing or has another form
 */
export function readSignature(headers: IncomingHttpHeaders): Signature | 'unsigned' | 'malformed' {
  const timestamp = headers['x-lark-request-timestamp'];
  const nonce = headers['x-lark-request-nonce'];
  const digest = headers['x-lark-signature'];
  if ([timestamp, nonce, digest].every((value) => value === undefined)) return 'unsigned';
  const isWellFormed = has(timestamp, TIMESTAMP) && has(nonce, NONCE) && has(digest, DIGEST);
  return isWellFormed ? { timestamp, nonce, digest } : 'malformed';
}

function has(value: unknown, form: RegExp): value is string {
  return typeof value === 'string' && form.test(value);
}

/** Whether Feishu has signed the body: the digest of timestamp, nonce, key and the bytes as received. (fact 30) */
export function isSigned(
  body: Buffer,
  { timestamp, nonce, digest }: Signature,
  encryptKey: Secret,
): boolean {
  const expected = createHash('sha256')
    .update(timestamp + nonce + encryptKey.reveal())
    .update(body)
    .digest();
  return timingSafeEqual(expected, Buffer.from(digest, 'hex'));
}

/** Compares digests, so that the time reveals nothing about the secret. */
export function isSameSecret(given: string, secret: Secret): boolean {
  const digestOf = (text: string) => Buffer.from(hash('sha256', text, 'hex'), 'hex');
  return timingSafeEqual(digestOf(given), digestOf(secret.reveal()));
}
