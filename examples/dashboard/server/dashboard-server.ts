import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { DashboardConfig } from '../src/model/directory';

export interface DashboardOptions {
  /** The folder that Vite has built. */
  readonly folder: string;
  /** Where the gateway, or the router of a supergraph, takes operations. */
  readonly graphqlUrl: string;
  /** The token that the server adds to each operation, so that no browser has it. */
  readonly token?: string | undefined;
  readonly config: DashboardConfig;
  /** 0 picks a free port. */
  readonly port: number;
}

export interface DashboardServer {
  readonly url: string;
  close(): Promise<void>;
}

/** The pages load nothing from other origins. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The answer's headers that the dashboard reads. */
const PASSED_ON = ['content-type', 'retry-after', 'x-request-id'];

/**
 * Serves the built dashboard on this machine, and passes operations on to the gateway. It takes JSON only, and no
 * other host than this machine, so that pages of other sites cannot read with its token.
 */
export async function startDashboardServer(options: DashboardOptions): Promise<DashboardServer> {
  // Without it, a connection that a browser has opened ahead of a request would delay the end.
  const server = fastify({ forceCloseConnections: true });
  server.removeContentTypeParser('text/plain');
  server.addHook('onRequest', async ({ hostname }, reply) => {
    reply.headers(HEADERS);
    if (!['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) await reply.code(403).send();
  });
  addFiles(server, options.folder);
  server.get('/config.json', () => options.config);
  server.post('/graphql', ({ body, headers }, reply) =>
    passOn(options, body, headers.accept, reply),
  );
  const url = await server.listen({ host: '127.0.0.1', port: options.port });
  return { url, close: () => server.close() };
}

function addFiles(server: FastifyInstance, folder: string): void {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  for (const file of files.filter((entry) => entry.isFile())) {
    const path = join(file.parentPath, file.name);
    const body = readFileSync(path);
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    const address = `/${relative(folder, path).replaceAll(sep, '/')}`;
    server.get(address === '/index.html' ? '/' : address, (_, reply) =>
      reply.type(type).send(body),
    );
  }
}

async function passOn(
  { graphqlUrl, token }: DashboardOptions,
  body: unknown,
  accept = 'application/json',
  reply: FastifyReply,
): Promise<FastifyReply> {
  // The page disconnects when its reader chooses other people: no call has to be spent on the first ones.
  const abort = new AbortController();
  reply.raw.once('close', () => {
    abort.abort();
  });
  const answer = await fetch(graphqlUrl, {
    method: 'POST',
    signal: abort.signal,
    headers: {
      'content-type': 'application/json',
      accept,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  }).catch(() => undefined);
  const text = await answer?.text().catch(() => undefined);
  if (!answer || text === undefined) return reply.code(502).send({ errors: [] });
  for (const name of PASSED_ON) {
    const value = answer.headers.get(name);
    if (value !== null) void reply.header(name, value);
  }
  return reply.code(answer.status).send(text);
}
