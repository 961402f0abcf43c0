import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import { execute, type ExecutionArgs, type GraphQLSchema } from 'graphql';
import type { GraphQLContext } from '../context';
import { NotRenderableError } from './compile-selection';
import { noteTexts } from './json-text';
import { isRenderable } from './pure-operation';
import { createRenderSchema } from './render-schema';
import { createTextCache } from './text-cache';

type Gateway = ApolloServerOptionsWithGateway<GraphQLContext>['gateway'];
type Executor = NonNullable<Awaited<ReturnType<Gateway['load']>>['executor']>;

/** 1,000 users with all fields of five tasks take about 4 MB. */
const MAX_TEXT_BYTES = 32 * 2 ** 20;

/**
 * Executes operations whose tasks can be answered as text on the render schema, all others on the served one.
 * Apollo Server takes an executor only from a "gateway"; everything else about it stays as with a schema.
 */
export function createExecution(schema: GraphQLSchema): Gateway {
  const renderSchema = createRenderSchema(schema, createTextCache(MAX_TEXT_BYTES));

  const executor: Executor = async ({ document, operation, request, context }) => {
    const args: ExecutionArgs = {
      schema,
      document,
      contextValue: context,
      variableValues: request.variables,
      operationName: request.operationName,
    };
    if (!operation || !isRenderable(schema, document, operation)) return execute(args);
    const result = await execute({ ...args, schema: renderSchema });
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
      callback({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    stop: () => Promise.resolve(),
  };
}
