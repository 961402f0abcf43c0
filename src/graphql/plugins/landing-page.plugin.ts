import {
  HeaderMap,
  type ApolloServer,
  type ApolloServerPlugin,
  type GraphQLServerContext,
} from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import type { GraphQLContext } from '../context';
import type { ExampleOperation } from '../example-operations';

/** In the script of Apollo's page. The page may be at another path than the endpoint. */
const PAGE_AS_ENDPOINT = 'initialEndpoint = window.location.href;';
const GRAPHQL_AS_ENDPOINT = "initialEndpoint = new URL('graphql', window.location.href).href;";

/**
 * Apollo's page with the embedded Explorer; no page if `enabled` is false.
 * @param examples of which the Explorer shows the first one
 */
export function createLandingPagePlugin(
  enabled: boolean,
  examples: () => readonly ExampleOperation[],
): ApolloServerPlugin {
  if (!enabled) return ApolloServerPluginLandingPageDisabled();
  return {
    serverWillStart: (service) =>
      Promise.resolve({
        renderLandingPage: () =>
          Promise.resolve({ html: () => renderPage(service, examples()[0]) }),
      }),
  };
}

/** @throws if Apollo's page is not as expected, so that the Explorer would send its queries to the page itself */
async function renderPage(
  service: GraphQLServerContext,
  example: ExampleOperation | undefined,
): Promise<string> {
  const plugin = ApolloServerPluginLandingPageLocalDefault({
    ...example,
    footer: false,
    embed: { runTelemetry: false, initialState: { pollForSchemaUpdates: false } },
  });
  const listener = await plugin.serverWillStart?.(service);
  const page = await listener?.renderLandingPage?.();
  const html = typeof page?.html === 'function' ? await page.html() : page?.html;
  if (!html?.includes(PAGE_AS_ENDPOINT)) {
    throw new Error(`Apollo's landing page: expected "${PAGE_AS_ENDPOINT}" in it, got none`);
  }
  return html.replace(PAGE_AS_ENDPOINT, GRAPHQL_AS_ENDPOINT);
}

/** Renders the landing page of a server, which has to be enabled. */
export async function renderLandingPage(server: ApolloServer<GraphQLContext>): Promise<string> {
  const { body } = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: 'GET',
      headers: new HeaderMap([['accept', 'text/html']]),
      search: '',
      body: undefined,
    },
    context: () => Promise.reject(new Error('landing page: expected no operation, got one')),
  });
  if (body.kind !== 'complete') throw new Error('landing page: expected one text, got parts');
  return body.string;
}
