import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import {
  execute,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { GraphQLContext } from '../context';
import { whenKnown } from '../../domain/when-known';
import { addPartialErrors } from '../partial-errors';
import type { ExecutionSchemas } from '../schema';
import { noteTexts } from './json-text';
import { isRenderable } from './pure-operation';
import { NotRenderableError } from './render-schema';

type Gateway = ApolloServerOptionsWithGateway<GraphQLContext>['gateway'];
type Executor = NonNullable<Awaited<ReturnType<Gateway['load']>>['executor']>;

/** A validated operation, with the variables of one request. */
export interface ExecutableOperation {
  readonly document: DocumentNode;
  /** Absent where the document has no operation of that name; graphql-js reports it. */
  readonly operation: OperationDefinitionNode | undefined;
  readonly operationName?: string | undefined;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  readonly context: GraphQLContext;
}

/** Returns no promise if everything is remembered. */
export type Execute = (
  operation: ExecutableOperation,
) => ExecutionResult | Promise<ExecutionResult>;

/** Executes operations whose tasks can be answered as text on the render schema, all others on the served one. */
export function createExecute({ served, rendered }: ExecutionSchemas): Execute {
  return ({ document, operation, operationName, variables, context }) => {
    const executeOn = (schema: GraphQLSchema) => {
      const args: ExecutionArgs = {
        schema,
        document,
        contextValue: context,
        variableValues: variables,
        operationName: operation?.name?.value ?? operationName,
      };
      return whenKnown(execute(args), (result) => addPartialErrors(result, context));
    };
    if (!operation || !isRenderable(served, document, operation)) return executeOn(served);
    return whenKnown(executeOn(rendered), (result) => {
      // graphql-js says what is wrong with the value. All that was loaded is still in the operation's loader.
      if (result.errors?.some(isNotRenderable)) return executeOn(served);
      if (result.data) noteTexts(result.data);
      return result;
    });
  };
}

function isNotRenderable({ originalError }: GraphQLError): boolean {
  return originalError instanceof NotRenderableError;
}

/** Apollo Server takes an executor only from a "gateway"; everything else about it stays as with a schema. */
export function createApolloGateway(schema: GraphQLSchema, executeOperation: Execute): Gateway {
  const executor: Executor = ({ document, operation, request, context }) =>
    Promise.resolve(
      executeOperation({
        document,
        operation,
        operationName: request.operationName,
        variables: request.variables,
        // The type does not say that it is the context of the operation.
        context: context as GraphQLContext,
      }),
    );
  return {
    load: () => Promise.resolve({ executor }),
    onSchemaLoadOrUpdate(callback) {
      callback({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    stop: () => Promise.resolve(),
  };
}
