import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFeishuClient } from '../../src/feishu/feishu-client';
import type { TransportRequest } from '../../src/feishu/transport';
import { createLogger } from '../../src/observability/logger';
import { createOtelTracer } from '../../src/observability/traces/otel.tracer';
import { CLOCK_WITHOUT_WAITING } from '../support/clock-without-waiting';
import { startGateway } from '../support/gateway';
import { createSpanCollector } from '../support/traces';

let collector: Server | undefined;
afterEach(() => {
  collector?.closeAllConnections();
  collector?.close();
});

interface Exported {
  readonly path: string;
  readonly key: string | undefined;
  readonly body: string;
}

async function startCollector(answer: RequestListener): Promise<{ url: string; got: Exported[] }> {
  const got: Exported[] = [];
  collector = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      got.push({ path: request.url ?? '', key: request.headers['api-key']?.toString(), body });
      answer(request, response);
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => collector?.once('listening', resolve));
  const { port } = collector.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, got };
}

const QUERY = 'query Quota { upstreamQuota { callsLeft } }';

test('A gateway that stops sends the last spans to the collector as OTLP', async () => {
  const { url, got } = await startCollector((_, response) => response.end('{}'));
  const gateway = await startGateway({
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `${url}/`,
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=top%20secret',
      OTEL_SERVICE_NAME: 'performance',
    },
  });
  await gateway.query(QUERY, {});
  expect(got).toEqual([]);
  await gateway.close();

  expect(got.map(({ path, key }) => ({ path, key }))).toEqual([
    { path: '/v1/traces', key: 'top secret' },
  ]);
  expect(got[0]?.body).toContain('{"key":"service.name","value":{"stringValue":"performance"}}');
  expect(got[0]?.body).toContain('"name":"query"');
  expect(gateway.logText()).not.toContain('top');
});

test('A collector that refuses spans costs no answer, and each of them is counted', async () => {
  const { url } = await startCollector((_, response) => response.writeHead(400).end());
  const gateway = await startGateway({ env: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${url}/t` } });
  const { status } = await gateway.query(QUERY, {});
  await gateway.close();

  expect(status).toBe(200);
  expect(gateway.logs()).toContainEqual(
    expect.objectContaining({ msg: 'spans not exported', kind: 'OTLPExporterError', rejected: 1 }),
  );
});

test('A collector that never answers does not keep the gateway from stopping', async () => {
  const { url, got } = await startCollector(() => undefined);
  const gateway = await startGateway({
    clock: CLOCK_WITHOUT_WAITING,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: url },
  });
  await gateway.query(QUERY, {});
  await gateway.close();

  expect(got.length).toBeLessThanOrEqual(1);
});

test.each([
  [false, undefined],
  [true, /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/],
])('If contexts are sent (%s), Feishu gets the traceparent %s', async (sendsContext, expected) => {
  const { spans, exporter } = createSpanCollector();
  const tracer = createOtelTracer({
    exporter,
    serviceName: 'test',
    sampler: 'always_on',
    ratio: 1,
    upstreamOrigin: 'https://open.feishu.cn',
    sendsContext,
  });
  const sent: TransportRequest[] = [];
  const client = createFeishuClient({
    transport: {
      send(request) {
        sent.push(request);
        const body = '{"code":0,"msg":""}';
        return Promise.resolve({ status: 200, header: () => undefined, body });
      },
    },
    clock: CLOCK_WITHOUT_WAITING,
    random: () => 0.5,
    log: createLogger('silent'),
    onAttempt: () => undefined,
  });
  const request = { traceparent: undefined, tracestate: undefined };
  const operation = tracer.startOperation({
    ...{ ...request, method: 'POST', route: '/graphql', scheme: 'http' },
  });
  await client.call(
    {
      api: 'semesters',
      method: 'GET',
      path: '/open-apis/performance/v1/semesters',
      decode: () => ({ success: true, data: null }),
    },
    { kind: 'app', token: () => Promise.resolve(undefined), drop: () => false },
    {
      signal: new AbortController().signal,
      deadlineAtMs: Infinity,
      span: operation?.startWait().startCall('semesters'),
    },
  );
  await tracer.shutdown();

  expect(spans.map(({ name }) => name)).toEqual(['GET']);
  const traceparent = sent[0]?.headers['traceparent'];
  if (expected) {
    expect(traceparent).toMatch(expected);
    expect(traceparent).toContain(spans[0]?.spanContext().spanId);
  } else expect(traceparent).toBeUndefined();
});
