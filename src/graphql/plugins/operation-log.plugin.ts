import type { ApolloServerPlugin, GraphQLResponse } from '@apollo/server';
import type { GraphQLContext } from '../context';
import { isDefect } from '../format-error';

/** The data for an operation's log line and metrics. It leaves out variables, because they name people. */
export interface OperationRecord {
  readonly requestId: string;
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
}

export interface OperationObserver {
  onOperation(record: OperationRecord): void;
  /** The client sees this error only as INTERNAL_SERVER_ERROR. */
  onDefect(error: Error, requestId: string): void;
}

const MAX_NAME_LENGTH = 100;

export function createOperationLogPlugin(
  observer: OperationObserver,
  nowMs: () => number,
): ApolloServerPlugin<GraphQLContext> {
  return {
    requestDidStart() {
      const startedAtMs = nowMs();
      return Promise.resolve({
        didEncounterErrors({ errors, contextValue }) {
          for (const error of errors.filter(isDefect)) {
            observer.onDefect(error.originalError ?? error, contextValue.requestId);
          }
          return Promise.resolve();
        },
        willSendResponse({ contextValue, operationName, response }) {
          const usage = contextValue.loader.usage();
          observer.onOperation({
            requestId: contextValue.requestId,
            operation: operationName?.slice(0, MAX_NAME_LENGTH) ?? null,
            durationMs: nowMs() - startedAtMs,
            upstreamCalls: usage.calls,
            usersAsked: usage.usersFromCache + usage.usersFetched,
            usersFromCache: usage.usersFromCache,
            usersStale: usage.usersStale,
            waitedMs: usage.waitedMs,
            errorCodes: errorCodesOf(response.body),
          });
          return Promise.resolve();
        },
      });
    },
  };
}

function errorCodesOf(body: GraphQLResponse['body']): string[] {
  const errors = body.kind === 'single' ? (body.singleResult.errors ?? []) : [];
  return [...new Set(errors.map((error) => String(error.extensions?.['code'])))];
}
