import type {
  ApolloServerPlugin,
  GraphQLRequestContextDidEncounterErrors,
  GraphQLRequestContextDidResolveOperation,
  GraphQLRequestContextWillSendResponse,
} from '@apollo/server';
import { toError } from '../../domain/to-error';
import type { GraphQLContext } from '../context';

/**
 * What the gateway adds to each operation. The hooks are those of Apollo Server's plugins, but synchronous and
 * created once: Apollo makes several promises for each hook of each plugin of each operation.
 */
export interface OperationHooks {
  /** @throws GraphQLError to reject the operation before execution */
  readonly didResolveOperation?: (
    request: GraphQLRequestContextDidResolveOperation<GraphQLContext>,
  ) => void;
  readonly didEncounterErrors?: (
    request: GraphQLRequestContextDidEncounterErrors<GraphQLContext>,
  ) => void;
  readonly willSendResponse?: (
    request: GraphQLRequestContextWillSendResponse<GraphQLContext>,
  ) => void;
}

/** One plugin that calls the hooks in this order. */
export function combineHooks(all: readonly OperationHooks[]): ApolloServerPlugin<GraphQLContext> {
  const done = Promise.resolve();
  const listener = Promise.resolve({
    didResolveOperation(request: GraphQLRequestContextDidResolveOperation<GraphQLContext>) {
      for (const hooks of all) hooks.didResolveOperation?.(request);
      return done;
    },
    didEncounterErrors(request: GraphQLRequestContextDidEncounterErrors<GraphQLContext>) {
      for (const hooks of all) hooks.didEncounterErrors?.(request);
      return done;
    },
    willSendResponse(request: GraphQLRequestContextWillSendResponse<GraphQLContext>) {
      // Each hook runs, whatever happens in the others: one of them returns the reserved quota.
      const [error] = all.flatMap((hooks) => errorOf(() => hooks.willSendResponse?.(request)));
      if (error) throw error;
      return done;
    },
  });
  return { requestDidStart: () => listener };
}

function errorOf(run: () => void): [] | [Error] {
  try {
    run();
    return [];
  } catch (error) {
    return [toError(error)];
  }
}
