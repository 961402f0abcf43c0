import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server';
import { ApolloServerPluginSubscriptionCallback } from '@apollo/server/plugin/subscriptionCallback';
import { createSourceEventStream, OperationTypeNode } from 'graphql';
import { badUserInput, GatewayError } from '../../domain/errors';
import type { StageTaskChanges } from '../../loading/change-loader';
import type { CallbackStream, GraphQLContext } from '../context';
import { refuseOperation } from '../format-error';
import { createCallbackFetch } from '../streams/callback-fetch';
import { readCallbackRequest, type CallbackRequest } from '../streams/callback-request';
import { toRefusal } from '../streams/refusal';

export interface CallbacksOptions {
  /** The callback URLs of routers, without the ID that follows. */
  readonly allowedUrls: readonly string[];
  readonly onDefect: (error: Error) => void;
}

const NOT_ACCEPTED = {
  message:
    'extensions.subscription.callbackUrl: expected a router that accepts a check, got another answer',
  extensions: { code: 'BAD_USER_INPUT' },
};

type Listener = GraphQLRequestListener<GraphQLContext>;

/**
 * Sends subscriptions to Apollo's router, which names a URL for each. Apollo's own plugin speaks the protocol; this one
 * decides which requests it sees, and starts the stream first, so that a refusal is the response to the router.
 */
export function createCallbacksPlugin(
  options: CallbacksOptions,
): ApolloServerPlugin<GraphQLContext> {
  const { fetch, settled } = createCallbackFetch(options.onDefect);
  const protocol = ApolloServerPluginSubscriptionCallback({
    fetcher: fetch as never,
  }) as ApolloServerPlugin<GraphQLContext>;
  const active = new Set<string>();

  return {
    async serverWillStart(server) {
      const listener = await protocol.serverWillStart?.(server);
      return {
        async drainServer() {
          await listener?.drainServer?.();
          await settled();
        },
      };
    },
    requestDidStart: ({ request, contextValue }) =>
      Promise.resolve(
        request.extensions?.['subscription'] === undefined || !contextValue.openCallbackStream
          ? undefined
          : createListener(protocol, active, options.allowedUrls),
      ),
  };
}

function createListener(
  protocol: ApolloServerPlugin<GraphQLContext>,
  active: Set<string>,
  allowedUrls: readonly string[],
): Listener {
  let started: { callback: CallbackRequest; context: GraphQLContext; end: () => void } | undefined;
  return {
    async didResolveOperation({ schema, document, operation, request, contextValue }) {
      if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return;
      const callback = check(request.extensions?.['subscription'], active, allowedUrls);
      const { context, end, endError } = open(contextValue, () =>
        active.delete(callback.callbackUrl),
      );
      active.add(callback.callbackUrl);
      try {
        const source = await createSourceEventStream({
          schema,
          document,
          operationName: operation.name?.value,
          variableValues: request.variables,
          contextValue: context,
        });
        if ('errors' in source) throw source.errors[0] ?? new Error('subscription: got no stream');
        const changes = failingAtEnd(source as StageTaskChanges, endError);
        const prepared = { ...context, openChanges: () => Promise.resolve(changes) };
        started = { callback, context: prepared, end };
      } catch (error) {
        end();
        throw toRefusal(error);
      }
    },

    async willSendResponse(request) {
      if (!started) return;
      const { callback, context, end } = started;
      const forRouter = {
        ...request,
        request: { ...request.request, extensions: { subscription: callback } },
        contextValue: context,
      };
      const listener = await protocol.requestDidStart?.(forRouter);
      await (listener as Listener | undefined)?.willSendResponse?.(forRouter);
      const { body, http } = request.response;
      if (body.kind !== 'single' || !body.singleResult.errors) return;
      end();
      body.singleResult.errors = [NOT_ACCEPTED];
      http.status = 400;
    },
  };
}

/** Apollo's plugin passes an error of the changes on to the router, which passes it on to the client. */
function failingAtEnd(
  changes: StageTaskChanges,
  endError: CallbackStream['endError'],
): StageTaskChanges {
  const failing: StageTaskChanges = {
    ...changes,
    async next() {
      const result = await changes.next();
      const error = result.done ? endError() : undefined;
      if (error) throw error;
      return result;
    },
    [Symbol.asyncIterator]: () => failing,
  };
  return failing;
}

function check(
  extension: unknown,
  active: ReadonlySet<string>,
  allowedUrls: readonly string[],
): CallbackRequest {
  try {
    const callback = readCallbackRequest(extension, allowedUrls);
    if (!active.has(callback.callbackUrl)) return callback;
    const argument = 'extensions.subscription.callbackUrl';
    throw badUserInput(argument, 'a URL of its own for each subscription', 'one in use');
  } catch (error) {
    throw error instanceof GatewayError ? refuseOperation(error) : error;
  }
}

function open({ openCallbackStream }: GraphQLContext, onEnd: () => void) {
  if (!openCallbackStream) throw new Error('a callback: expected a context for streams, got none');
  try {
    return openCallbackStream(onEnd);
  } catch (error) {
    throw toRefusal(error);
  }
}
