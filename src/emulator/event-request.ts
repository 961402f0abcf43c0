import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import type { Settings } from './options';

/** One HTTP request to the webhook. */
export interface EventRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Encrypts and signs an event, or sends it as it is if the app has no encrypt key. (fact 30) */
export function eventRequest(
  event: object,
  { encryptKey, now }: Pick<Settings, 'encryptKey' | 'now'>,
): EventRequest {
  const json = { 'content-type': 'application/json; charset=utf-8' };
  const text = JSON.stringify(event);
  if (encryptKey === '') return { headers: json, body: text };
  const body = JSON.stringify({ encrypt: encrypt(text, encryptKey) });
  const timestamp = String(Math.floor(now() / 1_000));
  const nonce = randomBytes(8).toString('hex');
  const signature = createHash('sha256')
    .update(timestamp + nonce + encryptKey + body)
    .digest('hex');
  return {
    headers: {
      ...json,
      'x-lark-request-timestamp': timestamp,
      'x-lark-request-nonce': nonce,
      'x-lark-signature': signature,
    },
    body,
  };
}

/** AES-256-CBC. The key is the digest of the encrypt key, and the result starts with the IV. */
function encrypt(text: string, encryptKey: string): string {
  const iv = randomBytes(16);
  const key = createHash('sha256').update(encryptKey).digest();
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final()]).toString('base64');
}
