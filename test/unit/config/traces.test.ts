import { loadConfig } from '../../../src/config';
import { CREDENTIALS, faultsOf } from '../../support/config-faults';

const tracesOf = (environment: Record<string, string>) =>
  loadConfig({ ...CREDENTIALS, AUTH_ANONYMOUS: 'all', ...environment }).traces;

const COLLECTOR = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };

test('Without the address of a collector, traces are off', () => {
  expect(tracesOf({ OTEL_TRACES_SAMPLER: 'always_on', OTEL_SERVICE_NAME: 'a' })).toBeUndefined();
});

test.each([
  [COLLECTOR, 'http://collector:4318/v1/traces'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://a.example/otlp/' }, 'https://a.example/otlp/v1/traces'],
  [{ ...COLLECTOR, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://b:1/t' }, 'http://b:1/t'],
])('With %j, traces go to %s', (environment, url) => {
  expect(tracesOf(environment)).toEqual({
    url,
    headers: null,
    serviceName: 'stage-task-gateway',
    sampler: 'parentbased_always_on',
    ratio: 1,
    sendsContext: false,
  });
});

test.each([
  ['0', 0],
  ['0.25', 0.25],
  ['.5', 0.5],
  ['1.0', 1],
])('The share %s is %d', (text, ratio) => {
  expect(tracesOf({ ...COLLECTOR, OTEL_TRACES_SAMPLER_ARG: text })?.ratio).toBe(ratio);
});

test.each([
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
  ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'http://a:4318/v1/traces?a=b'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'hunter2'],
  ['OTEL_TRACES_SAMPLER', 'sometimes'],
  ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
  ['OTEL_TRACES_SAMPLER_ARG', '50%'],
  ['FEISHU_TRACE_CONTEXT', 'yes'],
])('%s=%s is a fault', (variable, value) => {
  const faults = faultsOf({ ...CREDENTIALS, AUTH_ANONYMOUS: 'all', [variable]: value });

  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(`${variable}: expected `);
  expect(faults[0]).not.toContain('hunter2');
});

test('The headers for the collector are a secret', () => {
  const traces = tracesOf({ ...COLLECTOR, OTEL_EXPORTER_OTLP_HEADERS: 'api-key=hunter2' });

  expect(traces?.headers?.reveal()).toBe('api-key=hunter2');
  expect(JSON.stringify(traces)).not.toContain('hunter2');
});
