import type { IncomingHttpHeaders } from 'node:http';
import type { Secret } from '../domain/secret';
import { createDecrypt } from './decrypt';
import { readEncrypted, readEnvelope, type FeishuEvent, type UrlCheck } from './envelope';
import { isSameSecret, isSigned, readSignature } from './signature';

/** Why a request is refused. Only metrics and the log say it: the sender learns nothing from it. */
export type Refusal = 'signature' | 'timestamp' | 'token' | 'body';

export interface WebhookKeys {
  /** Signs and encrypts; `null`: Feishu sends plain events. */
  readonly encryptKey: Secret | null;
  /** In each event and each URL check. */
  readonly verificationToken: Secret;
}

export interface OpenRequestOptions extends WebhookKeys {
  readonly unixMs: () => number;
}

/** Opens requests of Feishu, and refuses those of others. */
export interface OpenRequest {
  /** What the headers alone decide, so that such a request costs neither its body nor a digest. */
  refuseEarly(headers: IncomingHttpHeaders): Refusal | undefined;
  /** @param body as received */
  open(headers: IncomingHttpHeaders, body: Buffer): FeishuEvent | UrlCheck | Refusal;
}

/** How far the timestamp may be from the clock here. A recorded request is of no use afterwards. */
const WINDOW_MS = 300_000;
/** A URL check is not signed, so a larger one is not decrypted. */
const MAX_URL_CHECK_BYTES = 4_096;

export function createOpenRequest(options: OpenRequestOptions): OpenRequest {
  const { encryptKey, verificationToken, unixMs } = options;
  /** The envelope, if it holds the token. */
  const check = (json: string | undefined): FeishuEvent | UrlCheck | Refusal => {
    const envelope = json === undefined ? undefined : readEnvelope(json);
    if (!envelope) return 'body';
    return isSameSecret(envelope.token, verificationToken) ? envelope : 'token';
  };
  if (!encryptKey) {
    return { refuseEarly: () => undefined, open: (_headers, body) => check(body.toString()) };
  }
  const decrypt = createDecrypt(encryptKey);

  function openEncrypted(body: Buffer): FeishuEvent | UrlCheck | Refusal {
    const payload = readEncrypted(body.toString());
    return payload === undefined ? 'body' : check(decrypt(payload));
  }

  /** All refusals are the same: a sender without the key must not learn what a payload decrypts to. */
  function openUnsigned(body: Buffer): UrlCheck | Refusal {
    if (body.length > MAX_URL_CHECK_BYTES) return 'signature';
    const opened = openEncrypted(body);
    return typeof opened === 'object' && opened.kind === 'url-check' ? opened : 'signature';
  }

  return {
    refuseEarly(headers) {
      const signature = readSignature(headers);
      if (signature === 'unsigned') return undefined;
      if (signature === 'malformed') return 'signature';
      const isRecent = Math.abs(unixMs() - Number(signature.timestamp) * 1_000) <= WINDOW_MS;
      return isRecent ? undefined : 'timestamp';
    },
    open(headers, body) {
      const signature = readSignature(headers);
      if (signature === 'unsigned') return openUnsigned(body);
      if (signature === 'malformed' || !isSigned(body, signature, encryptKey)) return 'signature';
      return openEncrypted(body);
    },
  };
}
