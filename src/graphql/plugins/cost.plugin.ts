import type { ApolloServerPlugin, HeaderMap } from '@apollo/server';
import type { GraphQLError } from 'graphql';
import type { PrincipalQuota } from '../../auth/principal-quota';
import { GatewayError, retryAfterSeconds } from '../../domain/errors';
import { refuseOperation } from '../format-error';
import { MAX_ANSWER_BYTES, MAX_ANSWER_MB } from '../limits/answer-size';
import { costOf, type Cost } from '../limits/cost';
import type { CostRules } from '../limits/reach';
import type { GraphQLContext } from '../context';

/** What one operation may cost. */
export interface PriceLimits {
  readonly calls: number;
}

/** Of one answer. 1,000 users with all of their tasks fit; so many take graphql-js about a second. */
const MAX_FIELDS = 250_000;
/** 1,000 users with all fields of five tasks fit; so do about 800 with ten. */
/** Each view of a user's tasks is an object of its own in memory. */
const MAX_VIEWS = 20;
const BUDGET = { fields: MAX_FIELDS, bytes: MAX_ANSWER_BYTES };

/** Refuses an operation that costs too much before it is run, so that it costs nothing. */
export function createCostPlugin(
  rules: Omit<CostRules, 'schema' | 'viewer'>,
  limits: PriceLimits,
): ApolloServerPlugin<GraphQLContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didResolveOperation({ schema, document, operation, request, response, contextValue }) {
          // Execution says that it was not found.
          if (!operation) return Promise.resolve();
          const variables = request.variables ?? {};
          const { principalQuota } = contextValue;
          const viewer = contextValue.findViewer();
          const cost = costOf({ ...rules, schema, viewer }, document, operation, variables, BUDGET);
          contextValue.answer.estimatedBytes = cost.bytes;
          requireAtMost(Math.min(limits.calls, principalQuota.maxCalls), cost);
          requireQuota(principalQuota, cost, response.http.headers);
          return Promise.resolve();
        },
        willSendResponse({ contextValue: { principalQuota } }) {
          principalQuota.settle();
          return Promise.resolve();
        },
      }),
  };
}

function requireAtMost(maxCalls: number, { calls, fields, bytes, views }: Cost): void {
  // A spent budget ends the counting, so that calls and views are checked after it.
  if (fields > MAX_FIELDS) {
    throw tooExpensive(`${MAX_FIELDS} fields of an answer`, `${fields} or more`);
  }
  if (bytes > MAX_ANSWER_BYTES) {
    const megabytes = (bytes / 2 ** 20).toFixed(1);
    throw tooExpensive(`${MAX_ANSWER_MB} MB of an answer`, `about ${megabytes} MB or more`);
  }
  if (views > MAX_VIEWS) {
    throw tooExpensive(`${MAX_VIEWS} views of one user in one cycle`, String(views));
  }
  if (calls > maxCalls) throw tooExpensive(`${maxCalls} upstream calls`, String(calls));
}

function requireQuota(quota: PrincipalQuota, { calls }: Cost, headers: HeaderMap): void {
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
