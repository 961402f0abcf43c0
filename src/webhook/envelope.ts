import { z } from 'zod';
import { isTenantKey } from '../domain/tenant-key';

/** Feishu asks whether the URL is ours, and expects its challenge back. */
export interface UrlCheck {
  readonly kind: 'url-check';
  readonly token: string;
  readonly challenge: string;
}

export interface FeishuEvent {
  readonly kind: 'event';
  readonly token: string;
  /** The same each time that Feishu sends the event. */
  readonly id: string;
  readonly type: string;
  /** The company; `null` for an event about the app itself. */
  readonly tenantKey: string | null;
  /** What happened. Its form depends on the type. */
  readonly content: unknown;
}

/** Longer texts are no IDs, tokens or challenges of Feishu. */
const text = z.string().min(1).max(512);
const tenantKey = z
  .union([z.literal(''), z.string().refine(isTenantKey)])
  .nullish()
  .transform((key) => (key === undefined || key === '' ? null : key));

const urlCheck = z
  .object({ type: z.literal('url_verification'), token: text, challenge: text })
  .transform(({ token, challenge }): UrlCheck => ({ kind: 'url-check', token, challenge }));

const secondVersion = z
  .object({
    schema: z.literal('2.0'),
    header: z.object({ event_id: text, event_type: text, token: text, tenant_key: tenantKey }),
    event: z.unknown().optional(),
  })
  .transform(({ header, event }): FeishuEvent => ({
    kind: 'event',
    token: header.token,
    id: header.event_id,
    type: header.event_type,
    tenantKey: header.tenant_key,
    content: event,
  }));

const firstVersion = z
  .object({
    type: z.literal('event_callback'),
    uuid: text,
    token: text,
    event: z.looseObject({ type: text, tenant_key: tenantKey }),
  })
  .transform(({ uuid, token, event }): FeishuEvent => ({
    kind: 'event',
    token,
    id: uuid,
    type: event.type,
    tenantKey: event.tenant_key,
    content: event,
  }));

const envelope = z.union([secondVersion, firstVersion, urlCheck]);
const encrypted = z.object({ encrypt: z.string() });

/** Reads both versions of events, and URL checks. @returns `undefined` for anything else */
export function readEnvelope(json: string): FeishuEvent | UrlCheck | undefined {
  return envelope.safeParse(parse(json)).data;
}

/** The payload of an encrypted request; `undefined` if the request is none. */
export function readEncrypted(json: string): string | undefined {
  return encrypted.safeParse(parse(json)).data?.encrypt;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
