import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import type { FilterStrategy } from '../domain/stage-task-filter';
import type { GraphQLContext } from './context';
import { createDocumentStore } from './document-store';
import { userOfReference, type UserNaming } from './entities/user-key';
import type { ExampleOperation } from './example-operations';
import { createFastPath, type AnswerFast } from './fast-path/fast-path';
import { formatError } from './format-error';
import { writeAnswer } from './limits/answer-size';
import { createOperationStore, limitToListed } from './limits/safelist';
import { limitShape } from './limits/shape.rule';
import { MAX_TOKENS } from './limits/tokens';
import { createAnswerSizeHooks } from './plugins/answer-size.hooks';
import { createCacheControlHooks } from './plugins/cache-control.hooks';
import { createDenialLogHooks, type DenialObserver } from './plugins/denial-log.hooks';
import { createStopLoadingHooks } from './plugins/stop-loading.hooks';
import { createLandingPagePlugin } from './plugins/landing-page.plugin';
import { createOperationLogHooks, type OperationObserver } from './plugins/operation-log.hooks';
import { combineHooks, createHooksPlugin, type OperationHooks } from './plugins/operation-hooks';
import { createPausePlugin } from './plugins/pause.plugin';
import { createRejectedDocumentsPlugin } from './plugins/rejected-documents.plugin';
import { createCallbacksPlugin } from './plugins/callbacks.plugin';
import { createStreamsPlugin } from './plugins/streams.plugin';
import { createCostHooks } from './plugins/cost.hooks';
import { createTraceHooks } from './plugins/trace.hooks';
import { createUsageHooks } from './plugins/usage.hooks';
import { createVariablesHooks } from './plugins/variables.hooks';
import { createRejectedDocuments } from './rejected-documents';
import { createApolloGateway, createExecute } from './render/execute';
import { createTextCache } from './render/text-cache';
import { buildExecutionSchemas } from './schema';

/** Validation stops after this many errors, so that a bad document cannot produce a huge response. */
const MAX_VALIDATION_ERRORS = 20;

/** About 12,000 users of a usual page, or 4,000 users with all fields of five tasks. */
const MAX_TEXT_BYTES = 16 * 2 ** 20;

export interface ApolloOptions {
  readonly production: boolean;
  readonly introspection: boolean;
  /** Whether Apollo's Explorer is the landing page. */
  readonly apolloExplorer: boolean;
  /** Reads the operations that an explorer shows. */
  readonly examples: () => readonly ExampleOperation[];
  readonly userNaming: UserNaming;
  /** Whether `user`, `users` and `viewer` are served. */
  readonly userRootFields: boolean;
  readonly filterStrategy: FilterStrategy;
  readonly maxCallsPerOperation: number;
  /** The only operations that the gateway executes: text by ID. `undefined` allows all. */
  readonly safelist: ReadonlyMap<string, string> | undefined;
  /** Where routers may have subscriptions sent to; empty: nowhere. */
  readonly callbackUrls: readonly string[];
  readonly onCallbackDefect: (error: Error) => void;
  readonly observer: OperationObserver;
  readonly onDenied: DenialObserver;
  readonly nowMs: () => number;
  /** Whether operations may be traced. */
  readonly traced: boolean;
}

export interface Apollo {
  readonly server: ApolloServer<GraphQLContext>;
  /** Answers operations of documents that `server` has validated. */
  readonly answerFast: AnswerFast;
  /** The served schema. */
  readonly schema: GraphQLSchema;
}

export async function createApollo(options: ApolloOptions): Promise<Apollo> {
  const { introspection, userNaming, userRootFields, safelist, callbackUrls } = options;
  const schemas = buildExecutionSchemas(
    { userKey: userNaming.key, userRootFields },
    createTextCache(MAX_TEXT_BYTES),
  );
  const schema = schemas.served;
  const execute = createExecute(schemas);
  const rejectedDocuments = createRejectedDocuments();
  const documents = createDocumentStore(rejectedDocuments);
  const hooks = createHooks(options);
  const server = new ApolloServer<GraphQLContext>({
    gateway: createApolloGateway(schema, execute),
    introspection,
    // "Did you mean …?" would reveal schema names although introspection is off.
    hideSchemaDetailsFromClientErrors: !introspection || safelist !== undefined,
    nodeEnv: options.production ? 'production' : 'development',
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: safelist ? { cache: createOperationStore(safelist) } : false,
    documentStore: documents.byHash,
    parseOptions: { maxLexicalTokens: MAX_TOKENS },
    validationOptions: { maxErrors: MAX_VALIDATION_ERRORS },
    validationRules: [limitShape, ...(safelist ? [limitToListed(safelist)] : [])],
    includeStacktraceInErrorResponses: false,
    // The process decides when to stop; see main.ts.
    stopOnTerminationSignals: false,
    // Apollo's default indents the JSON.
    // Fastify also sends a buffer, and Apollo passes on what it gets: see docs/decisions/0020-rendered-answers.md.
    stringifyResult: (answer) => writeAnswer(answer) as string,
    formatError,
    plugins: [
      createPausePlugin(),
      createRejectedDocumentsPlugin(rejectedDocuments),
      createHooksPlugin(hooks),
      createStreamsPlugin(),
      ...(callbackUrls.length > 0
        ? [createCallbacksPlugin({ allowedUrls: callbackUrls, onDefect: options.onCallbackDefect })]
        : []),
      createLandingPagePlugin(options.apolloExplorer, options.examples),
      ...DISABLED_PLUGINS,
    ],
  });
  await server.start();
  return { server, answerFast: createFastPath({ schema, documents, execute, hooks }), schema };
}

function createHooks(options: ApolloOptions): Required<OperationHooks> {
  const { userNaming, filterStrategy, observer, nowMs } = options;
  return combineHooks([
    // Order matters: the usage counts towards the size, and the log records the error that replaces
    // a response that is too large.
    createUsageHooks(),
    createStopLoadingHooks(),
    createAnswerSizeHooks(),
    createOperationLogHooks(observer, nowMs),
    createDenialLogHooks(options.onDenied),
    ...(options.traced ? [createTraceHooks()] : []),
    createCacheControlHooks(nowMs),
    createVariablesHooks(),
    createCostHooks(
      {
        strategy: filterStrategy,
        userOfReference: (representation) => userOfReference(userNaming, representation),
      },
      { calls: options.maxCallsPerOperation },
    ),
  ]);
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
