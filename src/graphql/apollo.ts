import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLContext } from './context';
import { formatError } from './format-error';
import { createDenialLogPlugin, type DenialObserver } from './plugins/denial-log.plugin';
import { createExactNumbersPlugin } from './plugins/exact-numbers.plugin';
import { createLandingPagePlugin, type ExampleOperation } from './plugins/landing-page.plugin';
import { createOperationLogPlugin, type OperationObserver } from './plugins/operation-log.plugin';
import { createUsagePlugin } from './plugins/usage.plugin';
import { buildGatewaySchema } from './schema';

/** Fields of one operation with its fragments written out; 1,000 aliases of a whole task fit. */
const MAX_SELECTIONS = 30_000;

export interface ApolloOptions {
  readonly production: boolean;
  readonly example: ExampleOperation;
  readonly observer: OperationObserver;
  readonly onDenied: DenialObserver;
  readonly nowMs: () => number;
}

export async function startApollo(options: ApolloOptions): Promise<ApolloServer<GraphQLContext>> {
  const server = new ApolloServer<GraphQLContext>({
    schema: buildGatewaySchema(),
    nodeEnv: options.production ? 'production' : 'development',
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    // Fragments that double each other make an answer explode without a single upstream call.
    maxRecursiveSelections: MAX_SELECTIONS,
    includeStacktraceInErrorResponses: false,
    // The process decides when to stop; see main.ts.
    stopOnTerminationSignals: false,
    // The default writer indents.
    stringifyResult: JSON.stringify,
    formatError,
    plugins: [
      createOperationLogPlugin(options.observer, options.nowMs),
      createDenialLogPlugin(options.onDenied),
      createUsagePlugin(),
      createExactNumbersPlugin(),
      createLandingPagePlugin(options.production, options.example),
      ...SWITCHED_OFF,
    ],
  });
  await server.start();
  return server;
}

/**
 * Apollo switches these on by itself. The first two wrap every field, which costs more than everything
 * else the gateway does with an answer; the others would send what passes through to a third party.
 */
const SWITCHED_OFF: ApolloServerPlugin[] = [
  ApolloServerPluginCacheControlDisabled(),
  ApolloServerPluginInlineTraceDisabled(),
  ApolloServerPluginUsageReportingDisabled(),
  ApolloServerPluginSchemaReportingDisabled(),
];
