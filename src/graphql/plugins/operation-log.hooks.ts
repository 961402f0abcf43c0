import type { GraphQLResponse } from '@apollo/server';
import { isDefect } from '../format-error';
import type { OperationHooks } from './operation-hooks';

/** The data for an operation's log line and metrics. It leaves out variables, because they name people. */
export interface OperationRecord {
  readonly requestId: string;
  /** The company whose data the operation reads; left out with a custom app, which has only one. */
  readonly tenantKey?: string;
  /** The operation name that the client sent, cut to 100 characters; `null` if there is none. */
  readonly operation: string | null;
  readonly durationMs: number;
  readonly upstreamCalls: number;
  /** The number of distinct users that the operation requested. */
  readonly usersAsked: number;
  /** Of `usersAsked`, those answered from the cache. */
  readonly usersFromCache: number;
  readonly usersStale: number;
  /** The longest time that a user waited until the call was sent. */
  readonly waitedMs: number;
  /** The distinct error codes of the response. */
  readonly errorCodes: readonly string[];
  /** `undefined` if the operation is not traced. */
  readonly traceId: string | undefined;
}

export interface OperationObserver {
  onOperation(record: OperationRecord): void;
  /** The client sees this error only as INTERNAL_SERVER_ERROR. */
  onDefect(error: Error, requestId: string): void;
}

const MAX_NAME_LENGTH = 100;

export function createOperationLogHooks(
  observer: OperationObserver,
  nowMs: () => number,
): OperationHooks {
  return {
    didEncounterErrors({ errors, contextValue }) {
      for (const error of errors.filter(isDefect)) {
        observer.onDefect(error.originalError ?? error, contextValue.requestId);
      }
    },
    willSendResponse({ contextValue, operationName, response }) {
      const usage = contextValue.loader.usage();
      observer.onOperation({
        requestId: contextValue.requestId,
        ...(contextValue.tenantKey !== null && { tenantKey: contextValue.tenantKey }),
        operation: operationName?.slice(0, MAX_NAME_LENGTH) ?? null,
        durationMs: nowMs() - contextValue.startedAtMs,
        upstreamCalls: usage.calls,
        usersAsked: usage.usersFromCache + usage.usersFetched,
        usersFromCache: usage.usersFromCache,
        usersStale: usage.usersStale,
        waitedMs: usage.waitedMs,
        errorCodes: errorCodesOf(response.body),
        traceId: contextValue.span?.traceId,
      });
    },
  };
}

/** The distinct codes of the errors in a response. */
export function errorCodesOf(body: GraphQLResponse['body']): string[] {
  const errors = body.kind === 'single' ? (body.singleResult.errors ?? []) : [];
  return [...new Set(errors.map((error) => String(error.extensions?.['code'])))];
}
