import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError } from 'graphql';

/**
 * Refuses variables in which a number was rounded on its way. The ID of a cycle has 19 digits; sent as a
 * JSON number it would arrive as the ID of another one.
 */
export function createExactNumbersPlugin(): ApolloServerPlugin {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didResolveOperation({ request }) {
          requireExactNumbers('variables', request.variables ?? {});
          return Promise.resolve();
        },
      }),
  };
}

function requireExactNumbers(path: string, value: unknown): void {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new GraphQLError(`${path}: expected a string, got a number too large to be exact`, {
      extensions: { code: 'BAD_USER_INPUT', argument: path, http: { status: 400 } },
    });
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) requireExactNumbers(`${path}.${key}`, part);
}
