import { subscribe, type ExecutionArgs } from 'graphql';
import type { StreamResults } from '../context';

/**
 * Starts a subscription, with its first load.
 * @throws GraphQLError why it is refused
 */
export async function startStream(args: ExecutionArgs): Promise<StreamResults> {
  const results = await subscribe(args);
  if (isIterable(results)) return results;
  const [error] = results.errors ?? [];
  throw error ?? new Error('subscription: expected a stream, got a result');
}

function isIterable(value: object): value is StreamResults {
  return Symbol.asyncIterator in value;
}
