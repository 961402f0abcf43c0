import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server';
import { HeaderMap } from '@apollo/server';
import { OperationTypeNode, type OperationDefinitionNode } from 'graphql';
import { GatewayError } from '../../domain/errors';
import type { GraphQLContext } from '../context';
import { refuseOperation } from '../format-error';
import { toRefusal } from '../streams/refusal';
import { startStream } from '../streams/start-stream';

const NO_STREAM = new GatewayError(
  'BAD_USER_INPUT',
  'subscription: expected a POST to /graphql/stream, which answers with a stream of events, got a request to /graphql',
);
const NO_SUBSCRIPTION = new GatewayError(
  'BAD_USER_INPUT',
  'operation: expected a subscription at /graphql/stream, got a query, which /graphql answers',
);

/**
 * Starts the stream of a subscription that has passed every check of an operation. Install it after the plugins with
 * these checks.
 */
export function createStreamsPlugin(): ApolloServerPlugin<GraphQLContext> {
  const listener: GraphQLRequestListener<GraphQLContext> = {
    async didResolveOperation({ schema, document, operation, request, contextValue }) {
      // Execution reports the missing operation.
      if (!operation) return;
      const { stream } = contextValue;
      const isSubscription = operation.operation === OperationTypeNode.SUBSCRIPTION;
      const isForRouter =
        request.extensions?.['subscription'] !== undefined && contextValue.openCallbackStream;
      // The plugin of callbacks starts it.
      if (isSubscription && isForRouter) return;
      if (isSubscription && !stream) throw refuseOperation(NO_STREAM);
      if (!isSubscription && stream) throw refuseOperation(NO_SUBSCRIPTION);
      if (!stream) return;
      stream.results = await startStream({
        schema,
        document,
        operationName: operation.name?.value,
        variableValues: request.variables,
        contextValue: stream.context,
      }).catch((error: unknown) => {
        throw toRefusal(error);
      });
    },
    responseForOperation({ operation }: { readonly operation?: OperationDefinitionNode }) {
      // Apollo's type does not say that a document may have no operation of that name.
      const isSubscription = operation?.operation === OperationTypeNode.SUBSCRIPTION;
      return Promise.resolve(isSubscription ? noData() : null);
    },
  };
  const started = Promise.resolve(listener);
  return { requestDidStart: () => started };
}

/** The stream has the data. This is for the hooks that run at the end of a request. */
function noData() {
  return {
    http: { status: 200, headers: new HeaderMap() },
    body: { kind: 'single' as const, singleResult: { data: null } },
  };
}
