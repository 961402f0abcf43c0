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
import { createExecution } from './render/execute';
import { createTextCache } from './render/text-cache';
import { buildExecutionSchemas } from './schema';

/** The errors that one operation is told; a client that fixes these learns of the others. */
const MAX_MISTAKES = 20;

/** 1,000 users with all fields of five tasks take about 4 MB. */
const MAX_TEXT_BYTES = 32 * 2 ** 20;

export interface ApolloOptions {
  readonly production: boolean;
  /** Whether the schema may be asked for, and the Explorer opened. */
  readonly explorer: boolean;
  readonly example: ExampleOperation;
  readonly userNaming: UserNaming;
  /** Whether `user`, `users` and `viewer` are served. */
  readonly userRootFields: boolean;
  readonly filterStrategy: FilterStrategy;
  readonly maxCallsPerOperation: number;
  /** The only operations that are run: text by ID. */
  readonly safelist: ReadonlyMap<string, string> | undefined;
  readonly observer: OperationObserver;
  readonly onDenied: DenialObserver;
  readonly nowMs: () => number;
}

export async function createApollo(options: ApolloOptions): Promise<ApolloServer<GraphQLContext>> {
  const { explorer, userNaming, userRootFields, filterStrategy, safelist } = options;
  const schemas = buildExecutionSchemas(
    { userKey: userNaming.key, userRootFields },
    createTextCache(MAX_TEXT_BYTES),
  );
  const server = new ApolloServer<GraphQLContext>({
    gateway: createExecution(schemas),
    introspection: explorer,
    // "Did you mean …?" would tell the schema where introspection is off.
    hideSchemaDetailsFromClientErrors: !explorer || safelist !== undefined,
    nodeEnv: options.production ? 'production' : 'development',
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: safelist ? { cache: createOperationStore(safelist) } : false,
    documentStore: createDocumentStore(),
    parseOptions: { maxLexicalTokens: MAX_TOKENS },
    validationOptions: { maxErrors: MAX_MISTAKES },
    validationRules: [limitShape, ...(safelist ? [limitToListed(safelist)] : [])],
    includeStacktraceInErrorResponses: false,
    // The process decides when to stop; see main.ts.
    stopOnTerminationSignals: false,
    // The default writer indents.
    stringifyResult: (answer) => writeAnswer(answer),
    formatError,
    plugins: [
      // What is added to the answer is part of its size, and what takes its place is what is logged.
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
