import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError } from 'graphql';
import { GatewayError } from '../../domain/errors';
import { priceOf, type Price } from '../limits/price';
import type { UserKey } from '../../domain/user';
import type { GraphQLContext } from '../context';
import type { PriceRules } from '../limits/subject';

/** What one operation may cost. */
export interface PriceLimits {
  readonly calls: number;
}

/** Of one answer. 1,000 users with all of their tasks fit; so many take graphql-js about a second. */
const MAX_FIELDS = 250_000;

/** Refuses an operation that costs too much before it is run, so that it costs nothing. */
export function createPricePlugin(
  rules: Omit<PriceRules, 'schema' | 'viewer'>,
  limits: PriceLimits,
): ApolloServerPlugin<GraphQLContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didResolveOperation({ schema, document, operation, request, contextValue }) {
          // Execution says that it was not found.
          if (!operation) return Promise.resolve();
          const variables = request.variables ?? {};
          const budget = { fields: MAX_FIELDS };
          const { callBudget } = contextValue;
          const viewer = viewerIn(contextValue);
          const price = priceOf(
            { ...rules, schema, viewer },
            document,
            operation,
            variables,
            budget,
          );
          requireAtMost(Math.min(limits.calls, callBudget.mostCalls), price);
          callBudget.reserve(price.calls);
          return Promise.resolve();
        },
        willSendResponse({ contextValue: { callBudget, loader } }) {
          callBudget.settle(loader.usage().calls);
          return Promise.resolve();
        },
      }),
  };
}

/** Whoever is no person gets an error for the field, and nothing is loaded below it. */
function viewerIn({ viewer }: GraphQLContext): UserKey | undefined {
  try {
    return viewer();
  } catch {
    return undefined;
  }
}

function requireAtMost(maxCalls: number, { calls, fields }: Price): void {
  // More fields than can be afforded end the counting, so that calls are checked after them.
  if (fields > MAX_FIELDS) throw tooExpensive(`${MAX_FIELDS} fields of an answer`, 'more');
  if (calls > maxCalls) throw tooExpensive(`${maxCalls} upstream calls`, String(calls));
}

function tooExpensive(most: string, got: string): GraphQLError {
  const message = `operation: expected at most ${most}, got ${got}`;
  return new GraphQLError(message, {
    originalError: new GatewayError('OPERATION_TOO_EXPENSIVE', message),
    extensions: { http: { status: 400 } },
  });
}
