import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { FilterStrategy } from '../domain/stage-task-filter';
import type { GraphQLContext } from './context';
import { createDocumentStore } from './document-store';
import { userOfReference, type UserNaming } from './entities/user-key';
import { formatError } from './format-error';
import { writeAnswer } from './limits/answer-size';
import { createOperationStore, limitToListed } from './limits/safelist';
import { limitShape } from './limits/shape.rule';
import { MAX_TOKENS } from './limits/tokens';
import { createAnswerSizePlugin } from './plugins/answer-size.plugin';
import { createCacheControlPlugin } from './plugins/cache-control.plugin';
import { createDenialLogPlugin, type DenialObserver } from './plugins/denial-log.plugin';
import { createLandingPagePlugin, type ExampleOperation } from './plugins/landing-page.plugin';
import { createOperationLogPlugin, type OperationObserver } from './plugins/operation-log.plugin';
import { createPausePlugin } from './plugins/pause.plugin';
import { createCostPlugin } from './plugins/cost.plugin';
import { createUsagePlugin } from './plugins/usage.plugin';
import { createVariablesPlugin } from './plugins/variables.plugin';
import { buildGatewaySchema } from './schema';

/** Validation stops after this many errors, so that a bad document cannot produce a huge response. */
const MAX_VALIDATION_ERRORS = 20;

export interface ApolloOptions {
  readonly production: boolean;
  /** Whether introspection and the Explorer are enabled. */
  readonly explorer: boolean;
  readonly example: ExampleOperation;
  readonly userNaming: UserNaming;
  /** Whether `user`, `users` and `viewer` are served. */
  readonly userRootFields: boolean;
  readonly filterStrategy: FilterStrategy;
  readonly maxCallsPerOperation: number;
  /** The only operations that the gateway executes: text by ID. `undefined` allows all. */
  readonly safelist: ReadonlyMap<string, string> | undefined;
  readonly observer: OperationObserver;
  readonly onDenied: DenialObserver;
  readonly nowMs: () => number;
}

export async function createApollo(options: ApolloOptions): Promise<ApolloServer<GraphQLContext>> {
  const { explorer, userNaming, userRootFields, filterStrategy, safelist } = options;
  const server = new ApolloServer<GraphQLContext>({
    schema: buildGatewaySchema({ userKey: userNaming.key, userRootFields }),
    introspection: explorer,
    // "Did you mean …?" would reveal schema names although introspection is off.
    hideSchemaDetailsFromClientErrors: !explorer || safelist !== undefined,
    nodeEnv: options.production ? 'production' : 'development',
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: safelist ? { cache: createOperationStore(safelist) } : false,
    documentStore: createDocumentStore(),
    parseOptions: { maxLexicalTokens: MAX_TOKENS },
    validationOptions: { maxErrors: MAX_VALIDATION_ERRORS },
    validationRules: [limitShape, ...(safelist ? [limitToListed(safelist)] : [])],
    includeStacktraceInErrorResponses: false,
    // The process decides when to stop; see main.ts.
    stopOnTerminationSignals: false,
    // Apollo's default indents the JSON.
    stringifyResult: (answer) => writeAnswer(answer),
    formatError,
    plugins: [
      // Order matters: the usage counts towards the size, and the log records the error that replaces
      // a response that is too large.
      createUsagePlugin(),
      createAnswerSizePlugin(),
      createOperationLogPlugin(options.observer, options.nowMs),
      createDenialLogPlugin(options.onDenied),
      createCacheControlPlugin(options.nowMs),
      createPausePlugin(),
      createVariablesPlugin(),
      createCostPlugin(
        {
          strategy: filterStrategy,
          userOfReference: (representation) => userOfReference(userNaming, representation),
        },
        { calls: options.maxCallsPerOperation },
      ),
      createLandingPagePlugin(explorer, options.example),
      ...DISABLED_PLUGINS,
    ],
  });
  await server.start();
  return server;
}

/**
 * Plugins that Apollo installs by default. The first two wrap every resolver, which costs more than the
 * rest of the gateway's work for a response; the other two send data to a third party.
 */
const DISABLED_PLUGINS: ApolloServerPlugin[] = [
  ApolloServerPluginCacheControlDisabled(),
  ApolloServerPluginInlineTraceDisabled(),
  ApolloServerPluginUsageReportingDisabled(),
  ApolloServerPluginSchemaReportingDisabled(),
];
