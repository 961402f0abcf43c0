import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { CHANGES, openEventStream } from '../support/event-stream';
import { MovableClock } from '../support/movable-clock';
import { idOf, linksOf, named, startTracedGateway, type TracedGateway } from '../support/traces';
import { until } from '../support/until';
import { untilAborted } from '../support/until-aborted';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const PARENT_ID = 'b7ad6b7169203331';
const TRACEPARENT = `00-${TRACE_ID}-${PARENT_ID}-01`;

const WAITING = '{ upstreamQuota { waitingUsers } }';

/** Waits until so many users wait for a call. */
function untilWaiting(gateway: TracedGateway, users: number): Promise<void> {
  return until(async () => {
    const { data } = await gateway.query<{ upstreamQuota: { waitingUsers: number } }, object>(
      WAITING,
      {},
    );
    return data?.upstreamQuota.waitingUsers === users;
  });
}

/** The operations that read tasks, without those of `untilWaiting`. */
const readsIn = (spans: readonly ReadableSpan[]) =>
  named(spans, 'query').filter((span) => span.attributes['graphql.operation.name'] === 'Read');

const READ = `query Read($ids: [ID!]!, $semesterId: ID!) {
  users(ids: $ids) { stageTasks(semesterId: $semesterId) { user { id } } }
}`;

const read = (gateway: TracedGateway, ids: readonly string[], headers?: Record<string, string>) =>
  gateway.query(READ, { ids, semesterId: gateway.semesterId }, headers);

const person = (gateway: TracedGateway, index: number) => gateway.person(index).openId;

test('50 operations that share one call link to its one span', async () => {
  const clock = new MovableClock();
  const gateway = await startTracedGateway({
    clock,
    emulator: { quotaCalls: 100 },
    env: { FEISHU_QUOTA_CALLS: '1', REQUEST_DEADLINE_MS: '600000' },
  });
  // It spends the quota, so that the operations after it wait.
  await read(gateway, [person(gateway, 60)]);
  const waiting = Array.from({ length: 49 }, (_, i) => read(gateway, [person(gateway, i)]));
  await untilWaiting(gateway, 49);
  clock.advance(61_000);
  const answers = await Promise.all([...waiting, read(gateway, [person(gateway, 49)])]);
  expect(answers.flatMap(({ codes }) => codes)).toEqual([]);

  const spans = await gateway.traces();
  const calls = named(spans, 'call find_by_user_list');
  const shared = calls.filter((span) => span.attributes['feishu.users'] === 50);
  expect(calls).toHaveLength(2);
  expect(shared).toHaveLength(1);
  const callId = idOf(shared[0]);
  const waits = named(spans, 'wait').filter((span) => linksOf(span).includes(callId ?? ''));
  expect(waits).toHaveLength(50);
  expect(waits.every((span) => linksOf(span).length === 1)).toBe(true);
  const operations = new Set(readsIn(spans).map(idOf));
  expect(new Set(waits.map((span) => span.parentSpanContext?.spanId)).size).toBe(50);
  expect(waits.every((span) => operations.has(span.parentSpanContext?.spanId))).toBe(true);
});

test('One operation is a trace of operation, wait, call and attempt', async () => {
  const gateway = await startTracedGateway();
  gateway.emulator.script({ api: 'find_by_user_list', answer: { status: 503 } });
  const { headers } = await read(gateway, [person(gateway, 0)]);
  const spans = await gateway.traces();
  const [operation] = readsIn(spans);
  const [wait] = named(spans, 'wait');
  const [call] = named(spans, 'call find_by_user_list');
  const attempts = named(spans, 'POST');

  expect(operation).toMatchObject({ kind: SpanKind.SERVER, parentSpanContext: undefined });
  expect(wait?.parentSpanContext?.spanId).toBe(idOf(operation));
  expect(call?.parentSpanContext?.spanId).toBe(idOf(wait));
  expect(attempts.map((span) => span.parentSpanContext?.spanId)).toEqual([idOf(call), idOf(call)]);
  expect(operation?.attributes).toEqual({
    'graphql.operation.name': 'Read',
    'graphql.operation.type': 'query',
    'http.request.method': 'POST',
    'http.response.status_code': 200,
    'http.route': '/graphql',
    'url.path': '/graphql',
    'url.scheme': 'http',
  });
  const path = '/open-apis/performance/v1/stage_tasks/find_by_user_list';
  const { hostname, port, origin } = new URL(gateway.emulator.url);
  expect(attempts.map(({ kind, status, attributes }) => ({ kind, status, attributes }))).toEqual(
    [
      { 'error.type': 'upstream_failed', 'http.response.status_code': 503 },
      { 'http.response.status_code': 200, 'http.request.resend_count': 1, 'feishu.code': 0 },
    ].map((own, i) => ({
      kind: SpanKind.CLIENT,
      status: { code: i === 0 ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
      attributes: expect.objectContaining({
        'http.request.method': 'POST',
        'server.address': hostname,
        'server.port': Number(port),
        'url.full': origin + path,
        'url.template': path,
        ...own,
      }) as unknown,
    })),
  );
  expect(headers.get('x-request-id')).not.toBeNull();
  const [line] = gateway.logs().filter(({ operation: name }) => name === 'Read');
  expect(line?.['traceId']).toBe(operation?.spanContext().traceId);
});

test('An operation continues the trace of the request, and a bad header begins a trace', async () => {
  const gateway = await startTracedGateway();
  await read(gateway, [person(gateway, 0)], { traceparent: TRACEPARENT, tracestate: 'a=1' });
  await read(gateway, [person(gateway, 1)], { traceparent: 'nonsense' });
  const [first, second] = readsIn(await gateway.traces());

  expect(first?.spanContext()).toMatchObject({ traceId: TRACE_ID });
  expect(first?.parentSpanContext).toMatchObject({ spanId: PARENT_ID, isRemote: true });
  expect(first?.spanContext().traceState?.serialize()).toBe('a=1');
  expect(second?.parentSpanContext).toBeUndefined();
});

test.each([
  ['parentbased_always_on', 1, 2],
  ['always_on', 2, 3],
  ['parentbased_always_off', 1, 1],
  ['always_off', 0, 0],
])('The sampler %s', async (sampler, ofParents, ofAll) => {
  const gateway = await startTracedGateway({ env: { OTEL_TRACES_SAMPLER: sampler } });
  await read(gateway, [person(gateway, 0)], { traceparent: TRACEPARENT });
  await read(gateway, [person(gateway, 1)], { traceparent: TRACEPARENT.replace(/01$/, '00') });
  await read(gateway, [person(gateway, 2)]);
  const operations = readsIn(await gateway.traces());
  const ofParent = operations.filter((span) => span.parentSpanContext);

  expect([ofParent.length, operations.length]).toEqual([ofParents, ofAll]);
});

test('Errors are recorded by their code only, and spans hold no user and no token', async () => {
  const gateway = await startTracedGateway();
  gateway.emulator.script({ api: 'find_by_user_list', answer: { status: 200, code: 99_991_672 } });
  const token = 'a-token-of-a-client';
  const ids = [person(gateway, 0), person(gateway, 1)];
  const { codes } = await read(gateway, ids, { authorization: `Bearer ${token}` });
  const spans = await gateway.traces();
  const [operation] = readsIn(spans);

  expect(codes.length).toBeGreaterThan(0);
  expect(operation?.attributes).toMatchObject({
    'error.type': codes[0],
    'gateway.error.codes': [...new Set(codes)],
  });
  for (const span of [
    operation,
    named(spans, 'wait')[0],
    named(spans, 'call find_by_user_list')[0],
  ])
    expect(span).toMatchObject({ status: { code: SpanStatusCode.ERROR }, events: [] });
  const text = JSON.stringify(
    spans.map(({ name, attributes, status, events }) => ({ name, attributes, status, events })),
  );
  for (const secret of [...ids, token, gateway.semesterId]) expect(text).not.toContain(secret);
});

test('All spans end if the client disconnects', async () => {
  const gateway = await startTracedGateway();
  gateway.emulator.script({ api: 'find_by_user_list', delayMs: 60_000 });
  const client = new AbortController();
  const request = fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: READ,
      variables: { ids: [person(gateway, 0)], semesterId: gateway.semesterId },
    }),
    signal: client.signal,
  });
  await until(() => gateway.emulator.callsOf('find_by_user_list').length > 0);
  client.abort();
  await expect(request).rejects.toThrow();
  await untilAborted(gateway.emulator);
  const spans = await gateway.traces();

  const errorOf = (name: string) =>
    named(spans, name).map(({ attributes }) => attributes['error.type']);
  expect(errorOf('POST')).toEqual(['abandoned']);
  expect(errorOf('call find_by_user_list')).toEqual(['UPSTREAM_TIMEOUT']);
  expect(errorOf('wait')).toEqual(['UPSTREAM_TIMEOUT']);
  expect(errorOf('query')).toEqual(['disconnected']);
});

test('A refused request is not traced', async () => {
  const gateway = await startTracedGateway({
    env: { AUTH_ANONYMOUS: '', AUTH_SERVICE_TOKENS: `reports:${'ab'.repeat(32)}` },
  });
  const { status } = await read(gateway, [person(gateway, 0)]);

  expect(status).toBe(401);
  expect(await gateway.traces()).toEqual([]);
});

test('Pages and lists of cycles are traced like users', async () => {
  const gateway = await startTracedGateway();
  await gateway.query('{ semesters { id } }', {});
  await gateway.query(
    'query ($id: ID!) { semester(id: $id) { allUserStageTasks(first: 5) { nodes { id } } } }',
    { id: gateway.semesterId },
  );
  const spans = await gateway.traces();

  for (const api of ['semesters', 'find_by_page']) {
    const [call, ...others] = named(spans, `call ${api}`);
    expect(others).toEqual([]);
    const waits = named(spans, 'wait').filter((span) => linksOf(span).includes(idOf(call) ?? ''));
    expect(waits).toHaveLength(1);
    expect(call?.parentSpanContext?.spanId).toBe(idOf(waits[0]));
  }
});

test('A subscription is one span, from its request to the end of its stream', async () => {
  const gateway = await startTracedGateway({ env: { CACHE_FRESH_SECONDS: '60' } });
  const { semesterId } = gateway;
  const variables = { semesterId, userIds: [person(gateway, 0)] };
  const stream = await openEventStream(gateway.url, { query: CHANGES, variables });
  await stream.received(1);
  stream.close();
  await until(async () => (await gateway.metric('gateway_streams')) === 0);
  const spans = await gateway.traces();

  const [operation, ...others] = named(spans, 'subscription');
  expect(others).toEqual([]);
  expect(operation).toMatchObject({
    kind: SpanKind.SERVER,
    attributes: { 'graphql.operation.name': 'Changes', 'http.route': '/graphql/stream' },
  });
  expect(named(spans, 'wait').map((span) => span.parentSpanContext?.spanId)).toEqual([
    idOf(operation),
  ]);
});
