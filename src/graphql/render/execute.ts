import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import { execute, type ExecutionArgs, type OperationDefinitionNode } from 'graphql';
import type { GraphQLContext } from '../context';
import { noteTexts } from './json-text';
import { isRenderable } from './pure-operation';
import { NotRenderableError } from './render-schema';
import type { ExecutionSchemas } from '../schema';

type Gateway = ApolloServerOptionsWithGateway<GraphQLContext>['gateway'];
type Executor = NonNullable<Awaited<ReturnType<Gateway['load']>>['executor']>;

/**
 * Executes operations whose tasks can be answered as text on the render schema, all others on the served one.
 * Apollo Server takes an executor only from a "gateway"; everything else about it stays as with a schema.
 */
export function createExecution({ served, rendered }: ExecutionSchemas): Gateway {
  const executor: Executor = async ({ document, operation: found, request, context }) => {
    // Absent where the document has no operation of that name, whatever the type says.
    const operation = found as OperationDefinitionNode | undefined;
    const args: ExecutionArgs = {
      schema: served,
      document,
      contextValue: context,
      variableValues: request.variables,
      operationName: request.operationName,
    };
    if (!operation || !isRenderable(served, document, operation)) return execute(args);
    const result = await execute({ ...args, schema: rendered });
    // graphql-js says what is wrong with the value. All that was loaded is still in the operation's loader.
    if (result.errors?.some(({ originalError }) => originalError instanceof NotRenderableError)) {
      return execute(args);
    }
    if (result.data) noteTexts(result.data);
    return result;
  };

  return {
    load: () => Promise.resolve({ executor }),
    onSchemaLoadOrUpdate(callback) {
      callback({ apiSchema: served, coreSupergraphSdl: '' });
      return () => undefined;
    },
    stop: () => Promise.resolve(),
  };
}
