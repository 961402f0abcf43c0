import type { ApolloServerPlugin, GraphQLResponse } from '@apollo/server';
import type { GraphQLContext } from '../context';
import { isDefect } from '../format-error';

/** One operation, as one log line and a few metrics describe it. No variables: they name people. */
export interface OperationRecord {
  readonly requestId: string;
  /** As the client named it, cut to 100 characters; `null` where it has no name. */
  readonly operation: string | null;
  readonly durationMs: number;
  readonly upstreamCalls: number;
  /** Users that the operation is about, each once; of these, how many were remembered. */
  readonly usersAsked: number;
  readonly usersFromCache: number;
  readonly usersStale: number;
  /** The longest that one of them waited for a call to leave. */
  readonly waitedMs: number;
  /** The different error codes of the response. */
  readonly errorCodes: readonly string[];
}

export interface OperationObserver {
  onOperation(record: OperationRecord): void;
  /** Something broke that a client only sees as INTERNAL_SERVER_ERROR. */
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
