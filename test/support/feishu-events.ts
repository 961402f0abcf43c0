import { createCipheriv, createHash } from 'node:crypto';
import { Secret } from '../../src/domain/secret';

/** The keys of an app's events, as Feishu's console shows them. */
export const EVENT_KEYS = {
  encryptKey: 'kudryavka-encrypt-key',
  verificationToken: 'v-token-of-the-app',
};
export const WEBHOOK_KEYS = {
  encryptKey: new Secret(EVENT_KEYS.encryptKey),
  verificationToken: new Secret(EVENT_KEYS.verificationToken),
};
/** Of a gateway that receives encrypted events. */
export const EVENT_ENV = {
  FEISHU_EVENT_ENCRYPT_KEY: EVENT_KEYS.encryptKey,
  FEISHU_EVENT_VERIFICATION_TOKEN: EVENT_KEYS.verificationToken,
};

/** A request as Feishu sends it. */
export interface EventRequest {
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

export interface ReviewEvent {
  readonly id?: string;
  readonly type?: string;
  readonly token?: string;
  readonly tenantKey?: string;
  readonly semesterId?: string;
  readonly users?: readonly {
    readonly open_id?: string;
    readonly union_id?: string;
    readonly user_id?: string;
  }[];
}

/** An event of version 2 about reviews. (fact 29) */
export function reviewEvent({
  id = 'f7984f25108f8137722bb63cee927e66',
  type = 'performance.review_data.changed_v2',
  token = EVENT_KEYS.verificationToken,
  tenantKey = '2ca1d211f64f6438',
  semesterId = '7293454357287094291',
  users = [{ open_id: 'ou_3c5ea7d3f0e9ad5b', union_id: 'on_876543', user_id: 'u273y71' }],
}: ReviewEvent = {}) {
  const header = {
    ...{ event_id: id, event_type: type, token, tenant_key: tenantKey },
    ...{ create_time: '1603977298000', app_id: 'cli_9f5343c580712544' },
  };
  const items = users.map((user_id) => ({
    user_id,
    semester_id: semesterId,
    activity_id: '7293454357287094290',
    stage_changes: [{ stage_id: '7293454357287094292', stage_type: 'review' }],
  }));
  return { schema: '2.0', header, event: { items } };
}

/** An event of version 1. */
export function ticketEvent(
  ticket = 'ticket-of-this-hour',
  id = '41b5f371157e3d5341b38b20396e77e3',
) {
  return {
    ...{ uuid: id, token: EVENT_KEYS.verificationToken, ts: '1550038209.428520' },
    type: 'event_callback',
    event: { type: 'app_ticket', app_id: 'cli_9f5343c580712544', app_ticket: ticket },
  };
}

export function urlCheck(token = EVENT_KEYS.verificationToken) {
  return { type: 'url_verification', token, challenge: 'ajls384kdjx98XX' };
}

export function plainRequest(event: object): EventRequest {
  return {
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: Buffer.from(JSON.stringify(event)),
  };
}

/** Encrypts an event. The initialisation vector is the same each time, so that requests can be compared. */
export function encryptedRequest(event: object, key = EVENT_KEYS.encryptKey): EventRequest {
  return plainRequest({ encrypt: encrypt(JSON.stringify(event), key) });
}

export function encrypt(text: string, key = EVENT_KEYS.encryptKey): string {
  const iv = Buffer.alloc(16, 7);
  const cipher = createCipheriv('aes-256-cbc', createHash('sha256').update(key).digest(), iv);
  return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final()]).toString('base64');
}

export interface Signing {
  readonly unixMs: number;
  readonly nonce?: string;
  readonly key?: string;
}

/** Signs a request as Feishu does. */
export function signedRequest(
  { headers, body }: EventRequest,
  { unixMs, nonce = '1415926535', key = EVENT_KEYS.encryptKey }: Signing,
): EventRequest {
  const timestamp = String(Math.floor(unixMs / 1_000));
  const digest = createHash('sha256')
    .update(timestamp + nonce + key)
    .update(body)
    .digest('hex');
  const signature = {
    'x-lark-request-timestamp': timestamp,
    'x-lark-request-nonce': nonce,
    'x-lark-signature': digest,
  };
  return { headers: { ...headers, ...signature }, body };
}

/** An encrypted and signed event. */
export function eventRequest(event: object, unixMs: number): EventRequest {
  return signedRequest(encryptedRequest(event), { unixMs });
}
