import type { ApolloServer } from '@apollo/server';
import type { Config } from '../config';
import { createApollo, type Apollo } from '../graphql/apollo';
import type { GraphQLContext } from '../graphql/context';
import type { ExampleOperation } from '../graphql/example-operations';
import { renderLandingPage } from '../graphql/plugins/landing-page.plugin';
import type { OperationObserver } from '../graphql/plugins/operation-log.hooks';
import type { Access } from './access';
import type { CloseStack } from './close-stack';
import type { Deps } from './deps';
import { createContexts, type Contexts } from './contexts';
import { createExamples } from './examples';
import type { Loading } from './loading';
import type { Upstream } from './upstream';

/** The Apollo server, and the context that the resolvers of one operation share. */
export interface GraphQL extends Pick<Apollo, 'answerFast' | 'schema'>, Contexts {
  readonly apollo: ApolloServer<GraphQLContext>;
  /** The operations that an explorer shows. */
  readonly examples: () => readonly ExampleOperation[];
  readonly renderApolloPage: () => Promise<string>;
}

export interface GraphQLParts {
  readonly upstream: Upstream;
  readonly loading: Loading;
  readonly access: Access;
}

export async function createGraphQL(
  config: Config,
  deps: Deps,
  closeStack: CloseStack,
  parts: GraphQLParts,
): Promise<GraphQL> {
  const examples = createExamples(config, {
    ...parts,
    clock: deps.clock,
    directory: { lastList: () => parts.loading.only?.directory.lastList() ?? [] },
  });
  const userNaming = { key: config.federationUserKey, unprefixed: config.entityUserIdType };
  const {
    server: apollo,
    answerFast,
    schema,
  } = await createApollo({
    production: config.production,
    introspection: config.explorer.graphiql || config.explorer.apollo,
    apolloExplorer: config.explorer.apollo,
    userNaming,
    userRootFields: config.federationUserRootFields,
    filterStrategy: config.filterStrategy,
    maxCallsPerOperation: config.maxCallsPerOperation,
    safelist: config.persistedOperations?.texts,
    callbackUrls: config.subscriptionCallbackUrls,
    onCallbackDefect(error) {
      deps.log.error({ err: error }, 'stream failed');
    },
    examples,
    observer: createOperationObserver(deps),
    onDenied: parts.access.audit.denied,
    nowMs: () => deps.clock.now(),
    traced: config.traces !== undefined,
  });
  closeStack.push('apollo', () => apollo.stop());
  return {
    apollo,
    answerFast,
    schema,
    ...createContexts(config, deps, parts.loading, userNaming),
    examples,
    renderApolloPage: () => renderLandingPage(apollo),
  };
}

function createOperationObserver({ log, metrics }: Deps): OperationObserver {
  // The record has no field for a secret, so these lines are not searched for secrets.
  const lines = log.child({}, { redact: [] });
  return {
    onOperation(record) {
      metrics.observeOperation(record);
      lines.info(record, 'operation');
    },
    onDefect(error, requestId) {
      log.error({ err: error, requestId }, 'resolver failed');
    },
  };
}
