import type {
  ApolloServerPlugin,
  GraphQLRequestContext,
  GraphQLRequestContextWillSendResponse,
  GraphQLRequestListener,
} from '@apollo/server';
import type { GraphQLError } from 'graphql';
import { toError } from '../../domain/to-error';
import type { GraphQLContext } from '../context';

type Context = GraphQLRequestContext<GraphQLContext>;

/** What hooks read of a request: a part of Apollo's request context. */
export interface HookRequest extends Pick<Context, 'schema' | 'contextValue'> {
  readonly document: NonNullable<Context['document']>;
  readonly operation?: NonNullable<Context['operation']>;
  /** The name of `operation`. */
  readonly operationName: string | null;
  readonly request: { readonly variables?: Readonly<Record<string, unknown>> | undefined };
  readonly response: { readonly http: Pick<Context['response']['http'], 'headers'> };
}

export interface FailedHookRequest extends Pick<HookRequest, 'contextValue'> {
  readonly errors: readonly GraphQLError[];
}

export interface AnsweredHookRequest extends Pick<HookRequest, 'contextValue'> {
  readonly operationName: string | null;
  readonly response: HookRequest['response'] &
    Pick<GraphQLRequestContextWillSendResponse<GraphQLContext>['response'], 'body'>;
}

/**
 * What the gateway adds to each operation. The hooks are those of Apollo Server's plugins, but synchronous and
 * created once: Apollo makes several promises for each hook of each plugin of each operation.
 */
export interface OperationHooks {
  /** @throws GraphQLError to reject the operation before execution */
  readonly didResolveOperation?: (request: HookRequest) => void;
  readonly didEncounterErrors?: (request: FailedHookRequest) => void;
  readonly willSendResponse?: (request: AnsweredHookRequest) => void;
}

/** Hooks that call these hooks in this order. */
export function combineHooks(all: readonly OperationHooks[]): Required<OperationHooks> {
  return {
    didResolveOperation(request) {
      for (const hooks of all) hooks.didResolveOperation?.(request);
    },
    didEncounterErrors(request) {
      for (const hooks of all) hooks.didEncounterErrors?.(request);
    },
    willSendResponse(request) {
      // Each hook runs, whatever happens in the others: one of them returns the reserved quota.
      const errors: Error[] = [];
      for (const hooks of all) {
        try {
          hooks.willSendResponse?.(request);
        } catch (error) {
          errors.push(toError(error));
        }
      }
      if (errors[0]) throw errors[0];
    },
  };
}

/** The plugin that lets Apollo call the hooks. */
export function createHooksPlugin(
  hooks: Required<OperationHooks>,
): ApolloServerPlugin<GraphQLContext> {
  const done = Promise.resolve();
  const listener: GraphQLRequestListener<GraphQLContext> = {
    didResolveOperation(request) {
      hooks.didResolveOperation(request);
      return done;
    },
    didEncounterErrors(request) {
      hooks.didEncounterErrors(request);
      return done;
    },
    willSendResponse(request) {
      const { contextValue, operationName = null, response } = request;
      hooks.willSendResponse({ contextValue, operationName, response });
      return done;
    },
  };
  const started = Promise.resolve(listener);
  return { requestDidStart: () => started };
}
