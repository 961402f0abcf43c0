import { createOpenRequest } from '../../../src/webhook/open-request';
import {
  encrypt,
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
} from '../../support/feishu-events';

const NOW = Date.parse('2026-11-23T09:00:00Z');
const encrypted = createOpenRequest({ ...WEBHOOK_KEYS, unixMs: () => NOW });
const plain = createOpenRequest({ ...WEBHOOK_KEYS, encryptKey: null, unixMs: () => NOW });

/** What the route does with a request. */
function receive({ headers, body }: EventRequest, requests = encrypted) {
  return requests.refuseEarly(headers) ?? requests.open(headers, body);
}

const EVENT = { kind: 'event', type: 'performance.review_data.changed_v2' };

describe('a request that Feishu has signed and encrypted', () => {
  test('is opened, in both versions of events', () => {
    expect(receive(eventRequest(reviewEvent(), NOW))).toMatchObject({
      ...EVENT,
      id: 'f7984f25108f8137722bb63cee927e66',
      tenantKey: '2ca1d211f64f6438',
      content: { items: [{ semester_id: '7293454357287094291' }] },
    });
    expect(receive(eventRequest(ticketEvent(), NOW))).toMatchObject({
      kind: 'event',
      type: 'app_ticket',
      id: '41b5f371157e3d5341b38b20396e77e3',
      tenantKey: null,
      content: { app_ticket: 'ticket-of-this-hour' },
    });
  });

  test('may be up to five minutes from the clock here', () => {
    for (const ms of [-300_000, 300_000]) {
      expect(receive(eventRequest(reviewEvent(), NOW + ms))).toMatchObject(EVENT);
    }
    for (const ms of [-301_000, 301_000]) {
      expect(receive(eventRequest(reviewEvent(), NOW + ms))).toBe('timestamp');
    }
  });

  test('is refused without the token of the app', () => {
    expect(receive(eventRequest(reviewEvent({ token: 'of another app' }), NOW))).toBe('token');
  });

  test('has characters of every language', () => {
    const event = { ...reviewEvent(), event: { name: '绩效评估 🎯' } };
    expect(receive(eventRequest(event, NOW))).toMatchObject({ content: { name: '绩效评估 🎯' } });
  });
});

describe('a request with one bit flipped', () => {
  const original = eventRequest(reviewEvent(), NOW);

  test('in the body is refused, whichever bit', () => {
    const outcomes = new Set<unknown>();
    for (let bit = 0; bit < original.body.length * 8; bit += 1) {
      outcomes.add(receive({ ...original, body: flip(original.body, bit) }));
    }
    expect([...outcomes]).toEqual(['signature']);
  });

  test.each(['x-lark-signature', 'x-lark-request-nonce', 'x-lark-request-timestamp'])(
    'in %s is refused, whichever bit',
    (name) => {
      const value = Buffer.from(original.headers[name] ?? '', 'latin1');
      for (let bit = 0; bit < value.length * 8; bit += 1) {
        const headers = { ...original.headers, [name]: flip(value, bit).toString('latin1') };
        expect(['signature', 'timestamp']).toContain(receive({ ...original, headers }));
      }
    },
  );
});

describe('a request that Feishu has not signed', () => {
  test.each([
    ['without a signature', encryptedRequest(reviewEvent())],
    ['plain', plainRequest(reviewEvent())],
    ['signed with another key', withKey('another-key')],
    ['with an empty body', { ...eventRequest(reviewEvent(), NOW), body: Buffer.alloc(0) }],
    ['with the signature twice', changed('x-lark-signature', (one) => `${one}, ${one}`)],
    ['with uppercase digits', changed('x-lark-signature', (one) => one.toUpperCase())],
    ['with the nonce twice', changed('x-lark-request-nonce', (one) => `${one}, ${one}`)],
    ['without a timestamp', changed('x-lark-request-timestamp', () => '')],
    ['with a nonce of 10,000 characters', changed('x-lark-request-nonce', () => '1'.repeat(1e4))],
    ['with a timestamp that is no number', changed('x-lark-request-timestamp', () => '0x6743')],
  ])('is refused: %s', (_, request) => {
    expect(receive(request)).toBe('signature');
  });

  test('is not told apart by what its payload decrypts to', () => {
    const payloads = ['not json', '{}', JSON.stringify(urlCheck('wrong')), '"text"', ''];
    const requests = [
      ...payloads.map((text) => plainRequest({ encrypt: encrypt(text) })),
      plainRequest({ encrypt: encrypt(JSON.stringify(urlCheck())).slice(0, -4) }),
      plainRequest({ encrypt: '%%%' }),
      encryptedRequest(urlCheck(), 'another-key'),
      encryptedRequest({ ...urlCheck(), padding: 'x'.repeat(4_096) }),
    ];
    expect(new Set(requests.map((request) => receive(request)))).toEqual(new Set(['signature']));
  });
});

describe('a signed request with another body', () => {
  const sign = (body: string) =>
    receive(signedRequest({ headers: {}, body: Buffer.from(body) }, { unixMs: NOW }));
  const block = (byte: number) => Buffer.alloc(16, byte);
  const payload = (...blocks: Buffer[]) =>
    JSON.stringify({ encrypt: Buffer.concat(blocks).toString('base64') });

  test.each([
    ['no JSON', 'not json'],
    ['a plain event', JSON.stringify(reviewEvent())],
    ['a number as payload', '{"encrypt":1}'],
    ['no base64', '{"encrypt":"{}"}'],
    ['no block after the vector', payload(block(7))],
    ['half a block', payload(block(7), block(1), block(2).subarray(8))],
    ['malformed padding', payload(block(7), block(1))],
    ['bytes that are not UTF-8', JSON.stringify({ encrypt: encryptBytes(Buffer.from([0xff])) })],
    ['an unknown version', encryptedRequest({ schema: '3.0' }).body.toString()],
    ['a list', encryptedRequest([reviewEvent()]).body.toString()],
    [
      'an ID of 10,000 characters',
      encryptedRequest(reviewEvent({ id: 'x'.repeat(1e4) })).body.toString(),
    ],
  ])('is refused: %s', (_, body) => {
    expect(sign(body)).toBe('body');
  });
});

describe('the check of the URL', () => {
  test('carries no signature, and gets its challenge back', () => {
    const answer = { kind: 'url-check', challenge: 'ajls384kdjx98XX' };
    expect(receive(encryptedRequest(urlCheck()))).toMatchObject(answer);
    expect(receive(eventRequest(urlCheck(), NOW))).toMatchObject(answer);
    expect(receive(plainRequest(urlCheck()), plain)).toMatchObject(answer);
  });

  test('is refused without the token', () => {
    expect(receive(plainRequest(urlCheck('wrong')), plain)).toBe('token');
    expect(receive(plainRequest(urlCheck()))).toBe('signature');
  });
});

describe('an app without an encrypt key', () => {
  test('receives plain events of both versions, with its token', () => {
    expect(receive(plainRequest(reviewEvent()), plain)).toMatchObject(EVENT);
    expect(receive(plainRequest(ticketEvent()), plain)).toMatchObject({ type: 'app_ticket' });
    const { verificationToken } = EVENT_KEYS;
    for (const token of ['', 'wrong', `${verificationToken} `, verificationToken.slice(1)]) {
      expect(['token', 'body']).toContain(receive(plainRequest(reviewEvent({ token })), plain));
    }
  });

  test('receives no encrypted ones', () => {
    expect(receive(eventRequest(reviewEvent(), NOW), plain)).toBe('body');
  });
});

function withKey(key: string): EventRequest {
  return signedRequest(encryptedRequest(reviewEvent(), key), { unixMs: NOW, key });
}

function changed(name: string, change: (value: string) => string): EventRequest {
  const request = eventRequest(reviewEvent(), NOW);
  return {
    ...request,
    headers: { ...request.headers, [name]: change(request.headers[name] ?? '') },
  };
}

function flip(bytes: Buffer, bit: number): Buffer {
  const flipped = Buffer.from(bytes);
  flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return flipped;
}

function encryptBytes(bytes: Buffer): string {
  return encrypt(bytes as unknown as string);
}
