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

/** The gateway as it is deployed, with an emulator as its upstream; all over real HTTP. */
export interface TestGateway {
  readonly url: string;
  readonly emulator: Emulator;
  /** The running review cycle. */
  readonly semesterId: string;
  /** One JSON object for each line logged so far. */
  logs(): readonly Record<string, unknown>[];
  /** The log as text, to search for what must not be there. */
  readonly logText: () => string;
  query<T, V>(
    operation: TypedDocumentNode<T, V> | string,
    variables: V,
    headers?: Record<string, string>,
  ): Promise<GraphQLAnswer<T>>;
  /** Fails if the log has seen a secret: every test that starts a gateway looks for that. */
  close(): Promise<void>;
}

export interface TestGatewayOptions extends Overrides {
  readonly emulator?: EmulatorOptions;
  /** In force before the gateway starts. */
  readonly faults?: readonly Fault[];
  readonly env?: Record<string, string>;
}

/** More than any test here spends; tests of the quota set their own. */
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
    // The emulator's people are colleagues, unless a test says otherwise.
    ...(env?.['AUTH_FEISHU_USERS'] && { AUTH_FEISHU_TENANT_KEY: emulator.tenantKey }),
    // Tests of the cache switch it on; all others see every call.
    CACHE_FRESH_SECONDS: '0',
    CACHE_STALE_SECONDS: '0',
    FEISHU_QUOTA_CALLS: String(emulatorOptions?.quotaCalls ?? PLENTY_OF_CALLS),
    FEISHU_QUOTA_WINDOW_SECONDS: String(emulatorOptions?.quotaWindowSeconds ?? 60),
    ...env,
  });
  const log = createLogger('debug', { write: (line) => lines.push(line) });
  const app = await createApp(config, { log, ...overrides });
  // A gateway for people fetches the list of cycles when it starts; tests see the calls that they cause.
  if (admitsSelf(config.auth) && config.auth.upstreamIdentity === 'app') {
    await until(() => emulator.callsOf('semesters').some(({ status }) => status !== undefined));
    emulator.clearCalls();
  }

  return {
    url: app.url,
    emulator,
    semesterId: emulator.semesters.at(-1)?.id ?? '',
    logs: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    logText: () => lines.join(''),
    query(operation, variables, headers = {}) {
      for (const secret of secretsIn(headers)) secrets.add(secret);
      return post(app.url, operation, variables, headers);
    },
    async close() {
      await app.close();
      await emulator.close();
      expect(linesWithSecrets(lines, secrets)).toEqual([]);
    },
  };
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
  const body = (await response.json()) as { data?: T | null; errors?: GraphQLAnswerError[] };
  return {
    status: response.status,
    headers: response.headers,
    data: body.data,
    errors: body.errors ?? [],
  };
}
