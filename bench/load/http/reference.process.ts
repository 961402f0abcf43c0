import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { ApolloServer, HeaderMap, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import Fastify from 'fastify';
import { buildGatewaySchema } from '../../../src/graphql/schema';
import { documentOf } from './documents';

/**
 * The servers that the gateway is compared with, each in a separate process. `raw` serializes objects in memory
 * with `node:http`. `apollo` is Fastify and Apollo Server, and concatenates the serialized users.
 */
export interface ReferenceAnswers {
  readonly operationName: string;
  readonly semesterId: string;
  readonly users: readonly (readonly [userId: string, user: unknown])[];
  /** The extensions of each answer, as the gateway adds them. */
  readonly extensions: unknown;
}

interface Operation {
  readonly operationName: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const HOST = '127.0.0.1';
/** By operation name and user ID: objects for `raw`, JSON for `apollo`. */
const usersByOperation = new Map<string, Map<string, unknown>>();
let semesterId = '';
let extensions: unknown;

function usersFor<T>({ operationName, variables }: Operation): T[] {
  const { variable, idOf } = documentOf(operationName);
  const users = usersByOperation.get(operationName);
  const named = variables[variable];
  const names: unknown[] = Array.isArray(named) ? named : [named];
  return names.map((name) => users?.get(idOf(name)) as T);
}

async function startRaw(): Promise<string> {
  const server = createServer((request, response) => {
    void readBody(request).then((text) => {
      const operation = JSON.parse(text) as Operation;
      const { wrap } = documentOf(operation.operationName);
      const answer = JSON.stringify({ data: wrap(usersFor(operation), semesterId), extensions });
      response.setHeader('content-type', 'application/json; charset=utf-8');
      response.setHeader('content-length', Buffer.byteLength(answer));
      response.end(answer);
    });
  }).listen(0, HOST);
  await once(server, 'listening');
  return `http://${HOST}:${(server.address() as AddressInfo).port}`;
}

function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      resolve(text);
    });
  });
}

/** Serialized data, which `stringifyResult` writes unchanged. */
class SerializedData {
  constructor(readonly text: string) {}
}

/** The serialized data before and after the users. */
function serializeAround(operationName: string): [string, string] {
  const marker = '<users>';
  const text = JSON.stringify(documentOf(operationName).wrap([marker], semesterId));
  const [before = '', after = ''] = text.split(JSON.stringify(marker));
  return [before, after];
}

const NO_HEADERS = new HeaderMap();

const answerFromTexts: ApolloServerPlugin = {
  requestDidStart: () =>
    Promise.resolve({
      responseForOperation({ operationName, request: { variables = {} } }) {
        const name = operationName ?? '';
        const [before, after] = serializeAround(name);
        const texts = usersFor<string>({ operationName: name, variables });
        const data = { serialized: new SerializedData(before + texts.join(',') + after) };
        return Promise.resolve({
          http: { headers: NO_HEADERS },
          body: { kind: 'single', singleResult: { data } },
        });
      },
    }),
};

async function startApollo(): Promise<string> {
  const apollo = new ApolloServer({
    schema: buildGatewaySchema({ userKey: 'id', userRootFields: true }),
    introspection: false,
    nodeEnv: 'production',
    persistedQueries: false,
    stopOnTerminationSignals: false,
    stringifyResult: ({ data, errors }) =>
      data?.['serialized'] instanceof SerializedData
        ? `{"data":${data['serialized'].text},"extensions":${JSON.stringify(extensions)}}`
        : JSON.stringify({ data, errors }),
    plugins: [
      answerFromTexts,
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
    ],
  });
  await apollo.start();
  const server = Fastify();
  server.post('/graphql', fastifyApolloHandler(apollo));
  return server.listen({ port: 0, host: HOST });
}

async function main(kind: string | undefined): Promise<void> {
  const isRaw = kind === 'raw';
  process.on('message', (answers: ReferenceAnswers) => {
    ({ semesterId, extensions } = answers);
    const users = answers.users.map(
      ([id, user]) => [id, isRaw ? user : JSON.stringify(user)] as const,
    );
    usersByOperation.set(answers.operationName, new Map(users));
    process.send?.('answers set');
  });
  process.send?.(await (isRaw ? startRaw() : startApollo()));
}

void main(process.argv[2]);
