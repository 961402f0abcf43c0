import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';

/** What the Explorer shows when it is opened for the first time: a query that runs as it is. */
export interface ExampleOperation {
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** `GET /graphql` in a browser; nothing where the Explorer is off. */
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
