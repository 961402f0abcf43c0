import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { GraphQLContext } from './context';
import type { AnswerFast, PlainRequest } from './fast-path/fast-path';

export type ListedOperation = Pick<PlainRequest, 'query' | 'operationName' | 'variables'>;

/** Runs an operation, and returns the response as JSON in text. */
export type RunOperation = (operation: ListedOperation) => Promise<string | Buffer>;

/** Runs operations as POST requests to `/graphql` run them, for a client that speaks another protocol. */
export function createRunOperation(
  apollo: ApolloServer<GraphQLContext>,
  answerFast: AnswerFast,
  createContext: () => GraphQLContext,
): RunOperation {
  return async (operation) => {
    const answer = answerFast({ ...operation, accept: undefined }, createContext);
    return answer ? (await answer).body : runByApollo(apollo, operation, createContext);
  };
}

async function runByApollo(
  apollo: ApolloServer<GraphQLContext>,
  body: ListedOperation,
  createContext: () => GraphQLContext,
): Promise<string> {
  const headers = new HeaderMap([['content-type', 'application/json']]);
  const response = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: 'POST', headers, search: '', body },
    context: () => Promise.resolve(createContext()),
  });
  if (response.body.kind !== 'complete') {
    throw new Error('response: expected a complete one, got one in parts');
  }
  return response.body.string;
}
