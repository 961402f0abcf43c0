import * as lark from '@larksuiteoapi/node-sdk';
import { createOpenRequest } from '../../src/webhook/open-request';
import {
  encryptedRequest,
  EVENT_KEYS,
  eventRequest,
  plainRequest,
  reviewEvent,
  signedRequest,
  ticketEvent,
  urlCheck,
  WEBHOOK_KEYS,
  type EventRequest,
} from '../support/feishu-events';

const NOW = Date.parse('2026-11-23T09:00:00Z');
const silent = () => undefined;
const SILENT_LOGGER = { error: silent, warn: silent, info: silent, debug: silent, trace: silent };

interface Dispatched {
  readonly type: string;
  readonly id: unknown;
  readonly tenantKey: unknown;
  readonly items: unknown;
  readonly ticket: unknown;
}

/** What the SDK's dispatcher hands to its handlers; `undefined` if it refuses the request. */
async function dispatchBySdk(
  { headers, body }: EventRequest,
  keys: Partial<typeof EVENT_KEYS>,
): Promise<Dispatched | undefined> {
  let dispatched: Dispatched | undefined;
  const handle = (type: string) => (data: Record<string, unknown>) => {
    dispatched = {
      type,
      id: data['event_id'] ?? data['uuid'],
      tenantKey: data['tenant_key'] ?? null,
      items: data['items'],
      ticket: data['app_ticket'],
    };
  };
  const types = ['performance.review_data.changed_v2', 'performance.stage_task.open_result_v2'];
  const dispatcher = new lark.EventDispatcher({ ...keys, logger: SILENT_LOGGER });
  dispatcher.register(Object.fromEntries([...types, 'app_ticket'].map((t) => [t, handle(t)])));
  // The SDK finds the headers through the prototype, so that they are not part of what it signs.
  const data = Object.assign(Object.create({ headers }) as object, JSON.parse(body.toString()));
  await dispatcher.invoke(data);
  return dispatched;
}

function dispatchHere({ headers, body }: EventRequest, keys = WEBHOOK_KEYS as AnyKeys) {
  const requests = createOpenRequest({ ...keys, unixMs: () => NOW });
  const opened = requests.refuseEarly(headers) ?? requests.open(headers, body);
  if (typeof opened === 'string' || opened.kind === 'url-check') return undefined;
  const { type, id, tenantKey, content } = opened;
  const { items, app_ticket: ticket } = content as { items?: unknown; app_ticket?: unknown };
  return { type, id, tenantKey, items, ticket };
}

type AnyKeys = Omit<typeof WEBHOOK_KEYS, 'encryptKey'> & {
  encryptKey: (typeof WEBHOOK_KEYS)['encryptKey'] | null;
};

const EVENTS = [
  ['version 2, a change of a review', reviewEvent()],
  ['version 2, an opened result', reviewEvent({ type: 'performance.stage_task.open_result_v2' })],
  ['version 1, the ticket of a store app', ticketEvent()],
] as const;

describe("Feishu's own dispatcher and the gateway read the same", () => {
  test.each(EVENTS)('from an encrypted event: %s', async (_, event) => {
    const request = eventRequest(event, NOW);
    const bySdk = await dispatchBySdk(request, EVENT_KEYS);
    expect(bySdk).toBeDefined();
    expect(dispatchHere(request)).toEqual(bySdk);
  });

  test.each(EVENTS)('from a plain event: %s', async (_, event) => {
    const request = plainRequest(event);
    const { verificationToken } = EVENT_KEYS;
    const bySdk = await dispatchBySdk(request, { verificationToken });
    expect(bySdk).toBeDefined();
    expect(dispatchHere(request, { ...WEBHOOK_KEYS, encryptKey: null })).toEqual(bySdk);
  });
});

describe("Feishu's own dispatcher and the gateway refuse the same", () => {
  const request = eventRequest(reviewEvent(), NOW);
  const withHeader = (name: string, value: string) => ({
    ...request,
    headers: { ...request.headers, [name]: value },
  });

  test.each([
    ['another signature', withHeader('x-lark-signature', '0'.repeat(64))],
    ['another nonce', withHeader('x-lark-request-nonce', '1415926536')],
    ['another timestamp', withHeader('x-lark-request-timestamp', String(NOW / 1_000 + 1))],
    ['another body', { ...request, body: encryptedRequest(ticketEvent()).body }],
    ['no signature', encryptedRequest(reviewEvent())],
    [
      'another key',
      signedRequest(encryptedRequest(reviewEvent(), 'other'), { unixMs: NOW, key: 'other' }),
    ],
  ])('%s', async (_, tampered) => {
    expect(await dispatchBySdk(tampered, EVENT_KEYS)).toBeUndefined();
    expect(dispatchHere(tampered)).toBeUndefined();
  });
});

test("Feishu's own SDK answers the check of the URL with the same challenge", () => {
  const { headers, body } = encryptedRequest(urlCheck());
  const bySdk = lark.generateChallenge(JSON.parse(body.toString()) as object, {
    encryptKey: EVENT_KEYS.encryptKey,
  });
  const here = createOpenRequest({ ...WEBHOOK_KEYS, unixMs: () => NOW }).open(headers, body);
  expect(here).toMatchObject(bySdk.challenge);
});
