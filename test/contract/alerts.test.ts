import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { createAllMetrics, describeMetrics } from '../support/described-metrics';
import { startGateway } from '../support/gateway';
import { OF_PROMETHEUS, selectorsIn, type Selector } from '../support/promql';

const ROOT = join(__dirname, '../..');
const PROMETHEUS = join(ROOT, 'deploy/prometheus');
const readText = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const ALERTS = readText('deploy/prometheus/alerts.yaml');
const DASHBOARD = readText('deploy/grafana/dashboard.json');
const METRICS = describeMetrics();

interface Rules {
  readonly groups: readonly { readonly rules: readonly { alert: string; expr: string }[] }[];
}

const rules = (parse(ALERTS) as Rules).groups.flatMap((group) => group.rules);
const alertNames = rules.map(({ alert }) => alert);
const alertExpressions = rules.map(({ expr }) => expr);

interface Panel {
  readonly targets?: readonly { readonly expr: string }[];
}

const panels = (JSON.parse(DASHBOARD) as { panels: readonly Panel[] }).panels;
const panelExpressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

/** A series of a histogram has a name of its own. */
function metricOf(series: string) {
  const histogram = METRICS.get(series.replace(/_(bucket|sum|count)$/, ''));
  return METRICS.get(series) ?? (histogram?.type === 'histogram' ? histogram : undefined);
}

function unknownLabels({ metric, labels }: Selector): readonly string[] {
  const known = [...(metricOf(metric)?.labels ?? []), ...OF_PROMETHEUS];
  return labels.filter(
    (label) => !known.includes(label) && !(label === 'le' && metric.endsWith('_bucket')),
  );
}

const SOURCES = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readText(join('src', path)))
  .join('\n');

describe.each([
  ['alerts', alertExpressions],
  ['dashboard', panelExpressions],
])('The %s', (_, expressions) => {
  const selectors = expressions.flatMap(selectorsIn);

  test('read only metrics and labels that the gateway has', () => {
    expect(expressions.length).toBeGreaterThan(15);
    const unknown = selectors.filter(({ metric }) => metric !== 'up' && !metricOf(metric));
    expect(unknown).toEqual([]);
    const wrong = selectors.filter(({ metric }) => metric !== 'up');
    expect(wrong.flatMap(unknownLabels)).toEqual([]);
  });

  test('compare labels only with values that the gateway sets', () => {
    const values = selectors
      .flatMap((selector) => selector.values)
      .filter((v) => !v.endsWith('.+'));
    expect(
      values.filter((value) => !SOURCES.includes(`'${value}'`) && !SOURCES.includes(` ${value}:`)),
    ).toEqual([]);
  });
});

test('The dashboard shows every metric of the gateway', () => {
  const shown = new Set(
    panelExpressions.flatMap(selectorsIn).map(({ metric }) => metricOf(metric)),
  );
  const own = [...METRICS.values()].filter(({ name }) => name.startsWith('gateway_'));

  expect(own.filter((metric) => !shown.has(metric)).map(({ name }) => name)).toEqual([]);
});

test('A running gateway has these metrics', async () => {
  const gateway = await startGateway();
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  await gateway.close();
  const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);

  const absent = ['gateway_redis_up', 'gateway_tenants', 'gateway_tenant_calls'];
  const expected = [...METRICS.keys()].filter((name) => !absent.includes(name));
  expect(names.sort()).toEqual(expected.sort());
});

describe.each(['docs/operations.md', 'docs/operations.zh-CN.md'])('%s', (path) => {
  const text = readText(path);

  test('describes every metric with its labels, and no other', () => {
    const rows = [...text.matchAll(/^\| `(gateway_\w+)(?:\{([\w,]*)\})?` /gm)];
    const described = rows.map(([, name, labels]) => `${name}{${labels ?? ''}}`);
    const own = [...METRICS.values()].filter(({ name }) => name.startsWith('gateway_'));
    expect(described.sort()).toEqual(
      own.map(({ name, labels }) => `${name}{${labels.join(',')}}`).sort(),
    );
  });

  test('says what to do about every alert, and no other', () => {
    const described = [...text.matchAll(/^\| `(Gateway\w+)` /gm)].map(([, alert]) => alert);
    expect(described).toEqual(alertNames);
  });
});

const isInstalled = spawnSync('promtool', ['--version']).status === 0;
const describeWithPromtool = isInstalled ? describe : describe.skip;

function promtool(args: readonly string[], input?: string) {
  const { status, stdout, stderr } = spawnSync('promtool', args, {
    cwd: PROMETHEUS,
    encoding: 'utf8',
    input,
  });
  return { status, output: stdout + stderr };
}

test('CI has promtool', () => {
  expect(isInstalled || process.env['CI'] === undefined).toBe(true);
});

describeWithPromtool('promtool', () => {
  test('accepts the alerts', () => {
    expect(promtool(['check', 'rules', 'alerts.yaml'])).toMatchObject({ status: 0 });
  });

  test('sees each alert fire for its series, and none for a healthy gateway', () => {
    const { tests } = parse(readText('deploy/prometheus/alerts.test.yaml')) as {
      tests: readonly { name: string }[];
    };
    expect(tests.map(({ name }) => name)).toEqual([...alertNames, 'a healthy gateway']);
    const { status, output } = promtool(['test', 'rules', 'alerts.test.yaml']);
    expect({ status, output }).toMatchObject({ status: 0 });
  });

  test('finds no fault with the names and texts of the metrics', async () => {
    const text = await createAllMetrics().metrics();
    const own = text.split('\n\n').filter((metric) => metric.startsWith('# HELP gateway_'));
    const { status, output } = promtool(['check', 'metrics'], `${own.join('\n')}\n`);
    expect({ status, output }).toEqual({ status: 0, output: '' });
  });
});
