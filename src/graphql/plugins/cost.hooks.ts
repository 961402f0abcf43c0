import type { HeaderMap } from '@apollo/server';
import { OperationTypeNode, type GraphQLError } from 'graphql';
import type { PrincipalQuota } from '../../auth/principal-quota';
import { GatewayError, retryAfterSeconds } from '../../domain/errors';
import { MAX_USERS_PER_STREAM } from '../../domain/input-rules';
import { refuseOperation } from '../format-error';
import { MAX_ANSWER_BYTES, MAX_ANSWER_MB } from '../limits/answer-size';
import { costOf, type Cost } from '../limits/cost';
import type { CostRules } from '../limits/reach';
import type { OperationHooks } from './operation-hooks';

/** What one operation may cost. */
export interface CostLimits {
  readonly calls: number;
}

/** Per response. 1,000 users with all of their tasks fit; that many fields take graphql-js about 1 s. */
const MAX_FIELDS = 250_000;
/** Each view of a user's tasks is a separate object in memory. */
const MAX_VIEWS = 20;
const BUDGET = { fields: MAX_FIELDS, bytes: MAX_ANSWER_BYTES };

/** Rejects an operation that costs too much before execution, so that it makes no upstream call. */
export function createCostHooks(
  { strategy, userOfReference }: Omit<CostRules, 'viewer'>,
  limits: CostLimits,
): OperationHooks {
  return {
    didResolveOperation({ schema, document, operation, request, response, contextValue }) {
      // Execution reports the missing operation.
      if (!operation) return;
      const variables = request.variables ?? {};
      const { principalQuota } = contextValue;
      const viewer = contextValue.findViewer();
      const rules = { schema, strategy, userOfReference, viewer };
      const cost = costOf(rules, document, operation, variables, BUDGET);
      contextValue.answer.estimatedBytes = cost.bytes;
      if (operation.operation === OperationTypeNode.SUBSCRIPTION) requireOneLoad(cost);
      requireAtMost(Math.min(limits.calls, principalQuota.maxCalls), cost);
      requireQuota(principalQuota, cost, response.http.headers);
    },
    willSendResponse({ contextValue: { principalQuota } }) {
      principalQuota.settle();
    },
  };
}

function requireAtMost(maxCalls: number, { calls, fields, bytes, views }: Cost): void {
  // Counting stops when fields or bytes exceed the budget: then calls and views are incomplete.
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

/** A stream loads its users at the start, with one call, and nothing with its events. */
function requireOneLoad({ calls, views }: Cost): void {
  if (calls <= 1 && views <= 1) return;
  const limit = `${MAX_USERS_PER_STREAM} users in a subscription, and no field below them that loads tasks`;
  throw tooExpensive(limit, 'more');
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

function tooExpensive(limit: string, got: string): GraphQLError {
  const message = `operation: expected at most ${limit}, got ${got}`;
  return refuseOperation(new GatewayError('OPERATION_TOO_EXPENSIVE', message));
}
