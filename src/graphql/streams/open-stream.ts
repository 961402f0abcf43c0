import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { GraphQLContext, StreamContext, StreamResults } from '../context';
import type { FastResponse } from '../fast-path/fast-path';

/**
 * Runs a request for a stream through Apollo, which checks its operation as one of `/graphql`.
 * @returns the results, or the response that says why there is no stream
 */
export async function openStream(
  apollo: ApolloServer<GraphQLContext>,
  body: unknown,
  context: StreamContext,
): Promise<StreamResults | FastResponse> {
  const headers = new HeaderMap([['content-type', 'application/json']]);
  const response = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: 'POST', headers, search: '', body },
    context: () => Promise.resolve(context),
  });
  if (context.stream.results) return context.stream.results;
  if (response.body.kind !== 'complete') {
    throw new Error('response: expected a complete one, got one in parts');
  }
  return { status: response.status ?? 200, headers: response.headers, body: response.body.string };
}
