import type { ApolloServerPlugin, HeaderMap } from '@apollo/server';
import type { GraphQLError } from 'graphql';
import type { PrincipalQuota } from '../../auth/principal-quota';
import { GatewayError, retryAfterSeconds } from '../../domain/errors';
import { refuseOperation } from '../format-error';
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
        didResolveOperation({ schema, document, operation, request, response, contextValue }) {
          // Execution says that it was not found.
          if (!operation) return Promise.resolve();
          const variables = request.variables ?? {};
          const budget = { fields: MAX_FIELDS };
          const { principalQuota } = contextValue;
          const viewer = viewerIn(contextValue);
          const price = priceOf(
            { ...rules, schema, viewer },
            document,
            operation,
            variables,
            budget,
          );
          requireAtMost(Math.min(limits.calls, principalQuota.mostCalls), price);
          requireQuota(principalQuota, price, response.http.headers);
          return Promise.resolve();
        },
        willSendResponse({ contextValue: { principalQuota } }) {
          principalQuota.settle();
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

function requireQuota(quota: PrincipalQuota, { calls }: Price, headers: HeaderMap): void {
  try {
    quota.reserve(calls);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const seconds = retryAfterSeconds(error);
    if (seconds !== undefined) headers.set('retry-after', seconds);
    throw refuseOperation(error);
  }
}

function tooExpensive(most: string, got: string): GraphQLError {
  const message = `operation: expected at most ${most}, got ${got}`;
  return refuseOperation(new GatewayError('OPERATION_TOO_EXPENSIVE', message));
}
