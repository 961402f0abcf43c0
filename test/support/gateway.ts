import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { createApp, type Overrides } from '../../src/app';
import { admitsSelf } from '../../src/auth/auth.config';
import { loadConfig } from '../../src/config';
import {
  EMULATOR_APP_ID,
  EMULATOR_APP_SECRET,
  startEmulator,
  type Emulator,
  type EmulatorOptions,
  type Person,
} from '../../src/emulator/emulator';
import type { Fault } from '../../src/emulator/faults';
import { createLogger } from '../../src/observability/logger';
import { linesWithSecrets, secretsIn } from './log-secrets';
import { until } from './until';

/** What a GraphQL client reads. */
export interface GraphQLAnswer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly data: T | null | undefined;
  readonly errors: readonly GraphQLAnswerError[];
  /** `extensions.code` of each error. */
  readonly codes: readonly string[];
  readonly extensions: unknown;
}

export interface GraphQLAnswerError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: {
    readonly code: string;
    readonly retryAfterMs?: number;
    readonly upstream?: { code: number | null; httpStatus: number | null; logId: string | null };
  };
}

/** The answer to `readTasks`: one user for each ID. */
export interface UsersRead {
  readonly users: readonly {
    readonly stageTasks: { readonly user: { readonly id: string } } | null;
  }[];
}

/** The gateway as it is deployed, with an emulator as its upstream; all over real HTTP. */
export interface TestGateway {
  readonly url: string;
  readonly emulator: Emulator;
  /** The running review cycle. */
  readonly semesterId: string;
  /** The person of the emulator with this index. */
  readonly person: (index: number) => Person;
  /** One JSON object for each line logged so far. */
  logs(): readonly Record<string, unknown>[];
  /** The log as text, to search for what it must not contain. */
  readonly logText: () => string;
  query<T, V>(
    operation: TypedDocumentNode<T, V> | string,
    variables: V,
    headers?: Record<string, string>,
  ): Promise<GraphQLAnswer<T>>;
  /** Reads the tasks of these users in the running cycle. */
  readTasks(
    ids: readonly string[],
    headers?: Record<string, string>,
    idType?: string,
  ): Promise<GraphQLAnswer<UsersRead>>;
  /** The value of one metric, with its labels as it is written in `/metrics`; `undefined` if it is not there. */
  metric(name: string): Promise<number | undefined>;
  /** Fails if a line of the log contains a secret, so that every test that starts a gateway checks that. */
  close(): Promise<void>;
}

export interface TestGatewayOptions extends Overrides {
  readonly emulator?: EmulatorOptions;
  /** Scripted before the gateway starts. */
  readonly faults?: readonly Fault[];
  readonly env?: Record<string, string>;
}

/** More calls than any test makes; tests of the quota set their own. */
const PLENTY_OF_CALLS = 100_000;

export async function startGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const { emulator: emulatorOptions, faults = [], env, ...overrides } = options;
  const lines: string[] = [];
  const secrets = new Set([EMULATOR_APP_SECRET]);
  const emulator = await startEmulator({
    quotaCalls: PLENTY_OF_CALLS,
    semesterQuotaCalls: PLENTY_OF_CALLS,
    ...emulatorOptions,
  });
  for (const fault of faults) emulator.script(fault);
  const config = loadConfig({
    PORT: '0',
    FEISHU_APP_ID: EMULATOR_APP_ID,
    FEISHU_APP_SECRET: EMULATOR_APP_SECRET,
    FEISHU_BASE_URL: emulator.url,
    AUTH_ANONYMOUS: 'all',
    // The emulator's people belong to the company of the gateway, unless a test says otherwise.
    ...(env?.['AUTH_FEISHU_USERS'] && { AUTH_FEISHU_TENANT_KEY: emulator.tenantKey }),
    // Tests of the cache enable it; in all others each request makes its calls.
    CACHE_FRESH_SECONDS: '0',
    CACHE_STALE_SECONDS: '0',
    FEISHU_QUOTA_CALLS: String(emulatorOptions?.quotaCalls ?? PLENTY_OF_CALLS),
    FEISHU_QUOTA_WINDOW_SECONDS: String(emulatorOptions?.quotaWindowSeconds ?? 60),
    ...env,
  });
  const log = createLogger('debug', { write: (line) => lines.push(line) });
  const app = await createApp(config, { log, ...overrides });
  // A gateway for people fetches the list of cycles when it starts; tests see only the calls they cause.
  const { appType, auth } = config;
  if (appType === 'custom' && admitsSelf(auth) && auth.upstreamIdentity === 'app') {
    await until(() => emulator.callsOf('semesters').some(({ status }) => status !== undefined));
    emulator.clearCalls();
  }

  const semesterId = emulator.semesters.at(-1)?.id ?? '';
  const query: TestGateway['query'] = (operation, variables, headers = {}) => {
    for (const secret of secretsIn(headers)) secrets.add(secret);
    return post(app.url, operation, variables, headers);
  };
  return {
    url: app.url,
    emulator,
    semesterId,
    query,
    person: (index) => personOf(emulator, index),
    readTasks: (ids, headers, idType = 'OPEN_ID') =>
      query(READ_TASKS, { ids, idType, semesterId }, headers),
    metric: (name) => metricOf(app.url, name),
    logs: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    logText: () => lines.join(''),
    async close() {
      await app.close();
      await emulator.close();
      expect(linesWithSecrets(lines, secrets)).toEqual([]);
    },
  };
}

const READ_TASKS = `query ($ids: [ID!]!, $idType: UserIdType!, $semesterId: ID!) {
  users(ids: $ids, idType: $idType) { stageTasks(semesterId: $semesterId) { user { id } stageTasks { id } } }
}`;

function personOf({ people }: Emulator, index: number): Person {
  const person = people[index];
  if (!person) throw new Error(`person: expected an index below ${people.length}, got ${index}`);
  return person;
}

async function metricOf(url: string, name: string): Promise<number | undefined> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length));
}

async function post<T, V>(
  url: string,
  operation: TypedDocumentNode<T, V> | string,
  variables: V,
  headers: Record<string, string>,
): Promise<GraphQLAnswer<T>> {
  const query = typeof operation === 'string' ? operation : print(operation);
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const body = (await response.json()) as {
    data?: T | null;
    errors?: GraphQLAnswerError[];
    extensions?: unknown;
  };
  const errors = body.errors ?? [];
  return {
    status: response.status,
    headers: response.headers,
    data: body.data,
    errors,
    codes: errors.map(({ extensions }) => extensions.code),
    extensions: body.extensions,
  };
}
