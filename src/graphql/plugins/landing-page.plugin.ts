import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';

/** The operation that the Explorer shows first. It runs without changes. */
export interface ExampleOperation {
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The page for `GET /graphql` in a browser; no page if the Explorer is off. */
export function createLandingPagePlugin(
  explorer: boolean,
  example: ExampleOperation,
): ApolloServerPlugin {
  if (!explorer) return ApolloServerPluginLandingPageDisabled();
  return ApolloServerPluginLandingPageLocalDefault({
    ...example,
    footer: false,
    embed: { runTelemetry: false, initialState: { pollForSchemaUpdates: false } },
  });
}
