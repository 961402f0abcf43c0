import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import type { ExampleOperation } from '../../graphql/example-operations';
import { listFiles, loadGraphiqlFiles, type GraphiqlFiles } from './graphiql-files';
import { FILES_PATH, GRAPHIQL_POLICY, renderGraphiqlPage } from './graphiql-page';

/** Which explorers browsers get. */
export interface ExplorerChoice {
  /** Self-hosted. It is the page at `/graphql`. */
  readonly graphiql: boolean;
  /** Its page loads Apollo's scripts. It is at `/explorer`, and at `/graphql` if GraphiQL is off. */
  readonly apollo: boolean;
}

export interface ExplorerOptions extends ExplorerChoice {
  /** Whether the gateway refuses requests without credentials. */
  readonly needsToken: boolean;
  /** Reads the operations that GraphiQL shows. */
  readonly examples: () => readonly ExampleOperation[];
  /** Renders the page of Apollo's Explorer. */
  readonly renderApolloPage: () => Promise<string>;
}

/** Responds with the page for `GET /graphql` in a browser. */
export type SendPage = (reply: FastifyReply) => Promise<FastifyReply>;

const HTML = 'text/html; charset=utf-8';
const FOREVER = 'public, max-age=31536000, immutable';

/**
 * Registers the explorers' routes. None of them needs credentials, and none makes an upstream call.
 * @returns `undefined` if GraphiQL is off
 */
export function registerExplorer(
  server: FastifyInstance,
  options: ExplorerOptions,
): SendPage | undefined {
  if (options.apollo) {
    server.get('/explorer', async (_request, reply) =>
      reply.type(HTML).send(await options.renderApolloPage()),
    );
  }
  return options.graphiql ? registerGraphiql(server, options) : undefined;
}

function registerGraphiql(server: FastifyInstance, options: ExplorerOptions): SendPage {
  let loaded: Promise<GraphiqlFiles> | undefined;
  const load = () => (loaded ??= loadGraphiqlFiles());

  server.get<{ Params: { name: string } }>(`/${FILES_PATH}/:name`, async (request, reply) => {
    const file = listFiles(await load()).find(({ name }) => name === request.params.name);
    if (!file) {
      reply.callNotFound();
      return reply;
    }
    protect(reply).headers({ 'cache-control': FOREVER, vary: 'accept-encoding' });
    void reply.type(file.contentType);
    return acceptsGzip(request)
      ? reply.header('content-encoding', 'gzip').send(await file.gzipped())
      : reply.send(file.body);
  });

  return async (reply) => {
    const page = renderGraphiqlPage(await load(), {
      examples: options.examples(),
      linksToApollo: options.apollo,
      needsToken: options.needsToken,
    });
    return protect(reply).type(HTML).send(page);
  };
}

/** A worker is bound by the policy of its own response, so the files carry the policy too. */
function protect(reply: FastifyReply): FastifyReply {
  return reply.headers({
    'content-security-policy': GRAPHIQL_POLICY,
    'x-content-type-options': 'nosniff',
  });
}

function acceptsGzip({ headers }: FastifyRequest): boolean {
  const accepted = { 'accept-encoding': headers['accept-encoding'] };
  return new Negotiator({ headers: accepted }).encoding(['gzip', 'identity']) === 'gzip';
}
