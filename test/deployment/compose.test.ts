import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DCLinter } from 'dclint';
import { parse } from 'yaml';
import { fileVariableOf, SECRET_VARIABLES } from '../../src/config.secrets';
import { VARIABLES } from '../../src/config.variables';
import { longestStopMs } from '../support/longest-stop';
import { read, ROOT } from '../support/pages';

interface Service {
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly stop_grace_period: string;
  readonly depends_on: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: object;
}

const { services } = parse(read('compose.yaml'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
};
const gateways = Object.entries(services).filter(([name]) => name.startsWith('gateway-'));

/** The order of keys is a matter of taste. */
const TASTE = { 'service-keys-order': 0, 'top-level-properties-order': 0 } as const;

/** The declarations of the package cannot be resolved as ES modules. */
interface Linter {
  lintFiles(
    paths: readonly string[],
    recursive: boolean,
  ): readonly {
    readonly messages: readonly { readonly rule: string; readonly message: string }[];
  }[];
}
const Linter = DCLinter as unknown as new (config: object) => Linter;

/** The linter checks the file against the schema of the Compose specification, then its own rules. */
function faultsOf(path: string): string[] {
  const linter = new Linter({ rules: TASTE, quiet: true, debug: false, exclude: [] });
  return linter
    .lintFiles([path], false)
    .flatMap(({ messages }) => messages.map(({ rule, message }) => `${rule}: ${message}`));
}

test('compose.yaml keeps the Compose specification', () => {
  expect(faultsOf(join(ROOT, 'compose.yaml'))).toEqual([]);
});

test('The linter finds a key that the specification does not have', () => {
  const directory = mkdtempSync(join(tmpdir(), 'compose-'));
  const path = join(directory, 'compose.yaml');
  writeFileSync(
    path,
    readFileSync(join(ROOT, 'compose.yaml'), 'utf8').replace('read_only', 'readonly'),
  );
  const faults = faultsOf(path);
  rmSync(directory, { recursive: true });

  expect(faults.join()).toContain('invalid-schema');
});

test('It runs two gateways, which wait for a Valkey that answers', () => {
  expect(gateways).toHaveLength(2);
  for (const [, { depends_on: needs }] of gateways) {
    expect(needs).toEqual({ valkey: { condition: 'service_healthy' } });
  }
  expect(services['valkey']?.healthcheck).toBeDefined();
});

test.each(gateways)('%s has a read-only root and no capabilities', (_, service) => {
  expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
});

test.each(gateways)('%s knows its variables', (_, { environment }) => {
  const known = [...Object.keys(VARIABLES.shape), ...SECRET_VARIABLES.map(fileVariableOf)];

  expect(Object.keys(environment).filter((name) => !known.includes(name))).toEqual([]);
});

test.each(gateways)('%s has the time that it needs to stop', (_, service) => {
  const seconds = Number(/^(\d+)s$/.exec(service.stop_grace_period)?.[1]);

  expect(seconds * 1_000).toBeGreaterThan(longestStopMs());
});
