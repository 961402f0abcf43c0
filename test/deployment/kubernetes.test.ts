import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Model } from '@kubernetes-models/base';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Secret } from 'kubernetes-models/v1/Secret';
import { Service } from 'kubernetes-models/v1/Service';
import { parse } from 'yaml';
import { fileVariableOf, SECRET_VARIABLES } from '../../src/config.secrets';
import { VARIABLES } from '../../src/config.variables';
import { longestStopMs } from '../support/longest-stop';
import { read, ROOT } from '../support/pages';

const FOLDER = 'deploy/kubernetes';
const manifest = (file: string) => parse(read(`${FOLDER}/${file}`)) as { kind: string };

/** Each has the schema that Kubernetes publishes. */
const KINDS: Readonly<Record<string, new (data: never) => Model<object>>> = {
  ConfigMap,
  Deployment,
  NetworkPolicy,
  PodDisruptionBudget,
  Secret,
  Service,
};

function validate(data: { kind: string }): void {
  const Kind = KINDS[data.kind];
  if (!Kind) throw new Error(`kind: expected one of ${Object.keys(KINDS).join(', ')}`);
  new Kind(data as never).validate();
}

const files = readdirSync(join(ROOT, FOLDER)).filter((file) => file !== 'kustomization.yaml');

test.each(files)('%s keeps the schema of Kubernetes', (file) => {
  expect(() => {
    validate(manifest(file));
  }).not.toThrow();
});

test('The schema finds a value of another type', () => {
  const text = read(`${FOLDER}/deployment.yaml`).replace('replicas: 3', 'replicas: three');

  expect(() => {
    validate(parse(text) as { kind: string });
  }).toThrow('replicas');
});

test('kustomization.yaml has every manifest but the example of a secret', () => {
  const { resources } = parse(read(`${FOLDER}/kustomization.yaml`)) as { resources: string[] };

  expect([...resources, 'secret.example.yaml'].sort()).toEqual(files);
});

const deployment = manifest('deployment.yaml') as unknown as InstanceType<typeof Deployment>;
const pod = deployment.spec?.template.spec;
const [container] = pod?.containers ?? [];

test('All manifests select the same pods, and link by names that exist', () => {
  const label = { 'app.kubernetes.io/name': 'stage-task-gateway' };
  const { spec: service } = manifest('service.yaml') as unknown as InstanceType<typeof Service>;
  const budget = manifest('disruption-budget.yaml') as unknown as InstanceType<
    typeof PodDisruptionBudget
  >;
  const policy = manifest('network-policy.yaml') as unknown as InstanceType<typeof NetworkPolicy>;

  expect(deployment.spec?.template.metadata?.labels).toMatchObject(label);
  expect(deployment.spec?.selector.matchLabels).toEqual(label);
  expect(service?.selector).toEqual(label);
  expect(budget.spec?.selector?.matchLabels).toEqual(label);
  expect(policy.spec?.podSelector.matchLabels).toEqual(label);
  const port = container?.ports?.[0]?.name;
  expect([
    service?.ports?.[0]?.targetPort,
    policy.spec?.ingress?.[0]?.ports?.[0]?.port,
    container?.livenessProbe?.httpGet?.port,
    container?.readinessProbe?.httpGet?.port,
    container?.startupProbe?.httpGet?.port,
  ]).toEqual([port, port, port, port, port]);
});

test('The pod may not write, gain rights, or call Kubernetes', () => {
  expect(pod).toMatchObject({
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  });
  expect(container?.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  expect(read('Dockerfile')).toContain(
    `USER ${pod?.securityContext?.runAsUser}:${pod?.securityContext?.runAsGroup}\n`,
  );
});

test('Kubernetes waits for preStop and for the longest drain', () => {
  const command = container?.lifecycle?.preStop?.exec?.command?.join(' ') ?? '';
  const preStopMs = Number(/setTimeout\(\(\) => \{\}, (\d+)\)/.exec(command)?.[1]);

  expect((pod?.terminationGracePeriodSeconds ?? 0) * 1_000).toBeGreaterThan(
    preStopMs + longestStopMs(),
  );
});

test('Its configuration has known variables, and each secret comes from a file of the example', () => {
  const { data = {} } = manifest('config.yaml') as unknown as InstanceType<typeof ConfigMap>;
  const secret = manifest('secret.example.yaml') as unknown as InstanceType<typeof Secret>;
  const fileVariables = SECRET_VARIABLES.map(fileVariableOf);
  const known = [...Object.keys(VARIABLES.shape), ...fileVariables];
  const mountPath = container?.volumeMounts?.[0]?.mountPath ?? '';

  expect(Object.keys(data).filter((name) => !known.includes(name))).toEqual([]);
  expect(SECRET_VARIABLES.filter((name) => name in data)).toEqual([]);
  const paths = fileVariables.flatMap((name) => data[name] ?? []);
  expect(paths.sort()).toEqual(
    Object.keys(secret.stringData ?? {})
      .map((file) => `${mountPath}/${file}`)
      .sort(),
  );
});
