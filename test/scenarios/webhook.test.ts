import { request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { createServer, MAX_UNREAD_BYTES, TIMEOUTS } from '../../src/http/server';
import { registerWebhook } from '../../src/http/webhook.route';
import { createLogger } from '../../src/observability/logger';
import { createOpenRequest } from '../../src/webhook/open-request';
import {
  encryptedRequest,
  EVENT_ENV,
  eventRequest,
  plainRequest,
  reviewEvent,
  signedRequest,
  urlCheck,
  WEBHOOK_KEYS,
  type EventRequest,
} from '../support/feishu-events';
import { startGateway, type TestGateway } from '../support/gateway';
import { connect, exchange } from '../support/raw-http';
import { until } from '../support/until';

const PATH = '/webhooks/feishu';
const TEN_MEGABYTES = 10 * 1024 * 1024;

let gateway: TestGateway;
afterAll(() => gateway.close());

/** Replaces the gateway of the tests before. */
async function start(env: Record<string, string> = EVENT_ENV): Promise<void> {
  await (gateway as TestGateway | undefined)?.close();
  gateway = await startGateway({ env });
}

const send = ({ headers, body }: EventRequest) =>
  fetch(gateway.url + PATH, { method: 'POST', headers, body: new Uint8Array(body) });

const requestsOf = (outcome: string) =>
  gateway.metric(`gateway_webhook_requests_total{outcome="${outcome}"}`);

const warnings = () => gateway.logs().filter(({ msg }) => msg === 'webhook requests refused');
const event = (id?: string) => eventRequest(reviewEvent(id ? { id } : {}), Date.now());

describe('The route of events', () => {
  test('acknowledges an event, and handles it once', async () => {
    await start();
    const responses = await Promise.all([send(event()), send(event()), send(event())]);
    for (const response of responses) {
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({});
    }
    await until(async () => (await requestsOf('repeated')) === 2);
    expect(await requestsOf('handled')).toBe(1);
  });

  test('takes an event about 1,000 people', async () => {
    await start();
    const people = Array.from({ length: 1_000 }, (_, i) => {
      const hex = String(i).padStart(32, '0');
      return { open_id: `ou_${hex}`, union_id: `on_${hex}`, user_id: hex.slice(-8) };
    });
    expect((await send(eventRequest(reviewEvent({ users: people }), Date.now()))).status).toBe(200);
    await until(async () => (await requestsOf('handled')) === 1);
  });

  test('answers the check of the URL', async () => {
    await start();
    const response = await send(encryptedRequest(urlCheck()));
    expect(await response.json()).toEqual({ challenge: 'ajls384kdjx98XX' });
    expect(await requestsOf('url_check')).toBe(1);
  });

  test('receives plain events of an app without an encrypt key', async () => {
    const { FEISHU_EVENT_VERIFICATION_TOKEN } = EVENT_ENV;
    await start({ FEISHU_EVENT_VERIFICATION_TOKEN });
    expect((await send(plainRequest(reviewEvent()))).status).toBe(200);
    expect((await send(plainRequest(reviewEvent({ token: 'wrong' })))).status).toBe(401);
    expect((await send(event())).status).toBe(400);
    await until(async () => (await requestsOf('handled')) === 1);
  });

  test('does not exist without the keys', async () => {
    await start({});
    expect((await send(event())).status).toBe(404);
  });

  test('needs no content type, and takes any host', async () => {
    await start();
    const { headers, body } = event();
    const lines = Object.entries(headers)
      .filter(([name]) => name !== 'content-type')
      .map(([name, value]) => `${name}: ${value}`);
    const head = [`POST ${PATH} HTTP/1.1`, 'Host: tunnel.example.com', ...lines];
    const answer = await exchange(
      gateway.url,
      [...head, `Content-Length: ${body.length}`],
      body.toString(),
    );
    expect(answer.status).toBe(200);
    await until(async () => (await requestsOf('handled')) === 1);
  });
});

describe('A request that is not of Feishu', () => {
  beforeAll(() => start());

  const withHeader = (name: string, value: string): EventRequest => {
    const { headers, body } = event();
    return { headers: { ...headers, [name]: value }, body };
  };
  const compressed = () => {
    const { headers, body } = event();
    return { headers: { ...headers, 'content-encoding': 'gzip' }, body: gzipSync(body) };
  };

  test.each<[string, number, string, () => EventRequest]>([
    ['unsigned', 401, 'signature', () => encryptedRequest(reviewEvent())],
    ['plain', 401, 'signature', () => plainRequest(reviewEvent())],
    ['tampered with', 401, 'signature', () => ({ ...event(), body: Buffer.from('{}') })],
    ['compressed after it was signed', 401, 'signature', compressed],
    ['with another nonce', 401, 'signature', () => withHeader('x-lark-request-nonce', '1')],
    ['recorded', 401, 'timestamp', () => eventRequest(reviewEvent(), Date.now() - 400_000)],
    [
      'of another app',
      401,
      'token',
      () => eventRequest(reviewEvent({ token: 'other' }), Date.now()),
    ],
    [
      'signed, and no event',
      400,
      'body',
      () => signedRequest(plainRequest({}), { unixMs: Date.now() }),
    ],
    [
      'signed, with a body of 600 KB',
      413,
      'size',
      () => signedRequest(plainRequest({ encrypt: 'A'.repeat(6e5) }), { unixMs: Date.now() }),
    ],
  ])('gets no detail: %s', async (_, status, outcome, request) => {
    const before = (await requestsOf(outcome)) ?? 0;
    const response = await send(request());
    expect(response.status).toBe(status);
    expect(await response.text()).toBe('');
    expect(await requestsOf(outcome)).toBe(before + 1);
    expect(await requestsOf('handled')).toBeUndefined();
    expect(warnings().filter(({ kind }) => kind === outcome)).toHaveLength(1);
  });

  test('is refused with 10 MB before the body is read', async () => {
    const head = `POST ${PATH} HTTP/1.1\r\nHost: a\r\nContent-Length: ${TEN_MEGABYTES}\r\n\r\n`;
    const declared = await connect(gateway.url, head);
    await until(() => declared.received().includes(' 413 '));
    declared.socket.destroy();
  });

  test('is refused with 10 MB of unknown length once the limit is reached', async () => {
    const before = (await requestsOf('size')) ?? 0;
    let sent = 0;
    const status = await new Promise<number | undefined>((resolve) => {
      const request = httpRequest(gateway.url + PATH, { method: 'POST' }, (response) => {
        resolve(response.statusCode);
      });
      request.on('error', () => undefined);
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const write = () => {
        while (sent < TEN_MEGABYTES && !request.destroyed) {
          sent += chunk.length;
          if (!request.write(chunk)) return void request.once('drain', write);
        }
        request.end();
      };
      write();
    });
    expect(status).toBe(413);
    expect(await requestsOf('size')).toBe(before + 1);
  });

  test('may send the signature twice, which is refused', async () => {
    const { headers, body } = event();
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    const head = [`POST ${PATH} HTTP/1.1`, 'Host: a', `Content-Length: ${body.length}`, ...lines];
    const twice = [...head, `X-Lark-Signature: ${headers['x-lark-signature'] ?? ''}`];
    expect((await exchange(gateway.url, head, body.toString())).status).toBe(200);
    expect((await exchange(gateway.url, twice, body.toString())).status).toBe(401);
  });
});

describe('A storm', () => {
  const REQUESTS = 400;
  /** In groups, as the connections of a client. */
  async function storm(request: () => EventRequest): Promise<Set<number>> {
    const statuses = new Set<number>();
    for (let sent = 0; sent < REQUESTS; sent += 50) {
      const responses = await Promise.all(Array.from({ length: 50 }, () => send(request())));
      for (const { status } of responses) statuses.add(status);
    }
    return statuses;
  }

  test('of one recorded event is handled once, and costs no call and no line of the log', async () => {
    await start({ ...EVENT_ENV, CACHE_FRESH_SECONDS: '60', CACHE_STALE_SECONDS: '60' });
    const recorded = event();
    const lines = gateway.logs().length;
    expect(await storm(() => recorded)).toEqual(new Set([200]));
    await until(async () => (await requestsOf('repeated')) === REQUESTS - 1);
    expect(await requestsOf('handled')).toBe(1);
    expect(gateway.emulator.callsOf('find_by_user_list')).toEqual([]);
    expect(gateway.logs().slice(lines)).toEqual([]);
  });

  test('of forged events costs no call, and one line of the log', async () => {
    await start();
    const forged = { ...event(), body: Buffer.from(JSON.stringify({ encrypt: 'AAAA' })) };
    expect(await storm(() => forged)).toEqual(new Set([401]));
    expect(await requestsOf('signature')).toBe(REQUESTS);
    expect(warnings()).toHaveLength(1);
    expect(gateway.emulator.callsOf('find_by_user_list')).toEqual([]);
  });
});

test('An address that sends too much is refused, and others are served', async () => {
  await start({ ...EVENT_ENV, TRUST_PROXY: '127.0.0.1' });
  const from = (address: string) => {
    const { headers, body } = event();
    return send({ headers: { ...headers, 'x-forwarded-for': address }, body });
  };
  const head = [`POST ${PATH} HTTP/1.1`, 'Host: a', 'X-Forwarded-For: 192.0.2.1'];
  const unsigned = `${[...head, 'Content-Length: 0'].join('\r\n')}\r\n\r\n`;
  const connection = await connect(gateway.url, unsigned.repeat(6_000));
  await until(async () => (await requestsOf('signature')) === 6_000);
  connection.socket.destroy();
  expect((await from('192.0.2.1')).status).toBe(429);
  expect((await from('192.0.2.2')).status).toBe(200);
  expect(warnings()).toHaveLength(2);
});

test('Feishu has its response before the work starts', async () => {
  const order: string[] = [];
  const server = await createServer({
    ...{ log: createLogger('silent'), corsOrigins: [], identityHeaders: [], trustedProxies: [] },
    ...{ localNames: undefined, draining: () => false, timeouts: TIMEOUTS },
    ...{ maxUnreadBytes: MAX_UNREAD_BYTES, nowMs: () => 0 },
  });
  server.addHook('onResponse', (_request, _reply, done) => {
    order.push('response sent');
    done();
  });
  await registerWebhook(server, {
    requests: createOpenRequest({ ...WEBHOOK_KEYS, unixMs: () => Date.now() }),
    onEvent: () => order.push('work'),
    onUrlCheck: () => undefined,
    onRefused: () => undefined,
    countRequest: () => undefined,
  });
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  const { headers, body } = event();
  await fetch(url + PATH, { method: 'POST', headers, body: new Uint8Array(body) });
  await until(() => order.includes('work'));
  expect(order).toEqual(['response sent', 'work']);
  await server.close();
});
