import type { ExecutionResult, GraphQLError } from 'graphql';
import type { Denials } from '../auth/denials';
import type { PrincipalQuota } from '../auth/principal-quota';
import type { OpenChanges } from '../loading/change-loader';
import type { RequestLoader } from '../loading/request-loader';
import type { OperationTurns } from '../loading/turns';
import type { ClosedReason } from '../domain/closed-reason';
import type { GatewayError } from '../domain/errors';
import type { Locale } from '../domain/localized-text';
import type { CachePolicy } from '../domain/cache-policy';
import type { OperationSpan } from '../domain/spans';
import type { UserKey } from '../domain/user';
import type { ToDate } from '../domain/wall-time';
import type { UserNaming } from './entities/user-key';

/** How much of Feishu's quota is left, and how many users wait for it. Times are monotonic. */
export interface UpstreamQuota {
  readonly callsPerMinute: number;
  readonly callsLeft: number;
  readonly nextCallAtMs: number;
  readonly closedUntilMs: number;
  readonly closedReason: ClosedReason | null;
  readonly waitingUsers: number;
}

/** What the resolvers of one operation share. */
export interface GraphQLContext {
  readonly requestId: string;
  /** The company whose data the operation reads; `null`: the only one of a custom app. */
  readonly tenantKey: string | null;
  readonly loader: RequestLoader;
  /** The principal as a user; `undefined` if the principal is not a user. */
  readonly findViewer: () => UserKey | undefined;
  /** @throws GatewayError `FORBIDDEN` if the principal is not a user */
  readonly requireViewer: () => UserKey;
  /** The share of the upstream quota that the principal of this operation may spend. */
  readonly principalQuota: PrincipalQuota;
  /** The users whose tasks this operation was not allowed to read. */
  readonly denials: Denials;
  readonly quota: () => Promise<UpstreamQuota>;
  /** When the operation began, on the monotonic clock. */
  readonly startedAtMs: number;
  /** The monotonic clock, in milliseconds. */
  readonly nowMs: () => number;
  /** Converts a monotonic time into the date that a client reads. */
  readonly toDate: ToDate;
  /** How long clients may cache the response. The loader and volatile fields shorten it. */
  readonly cachePolicy: CachePolicy;
  /** The language of texts whose field has no `locale` argument. */
  readonly locale: Locale;
  readonly userNaming: UserNaming;
  /** The size of the response as estimated from the operation's cost. */
  readonly answer: { estimatedBytes: number };
  /** Errors of fields that have a value although part of it could not be loaded. */
  readonly partialErrors: GraphQLError[];
  /** Decides when each part of the response is completed. */
  readonly turns: OperationTurns;
  /** Where the events of a stream are executed; only for a request that may open one. */
  readonly stream?: StreamRequest;
  /** Only in the context of a stream. */
  readonly openChanges?: OpenChanges;
  /**
   * Opens a stream that is sent to a router; only if routers may ask for that.
   * @throws GatewayError `RATE_LIMITED`
   */
  readonly openCallbackStream?: (onEnd: () => void) => CallbackStream;
  /** `undefined` if the operation is not traced. */
  readonly span: OperationSpan | undefined;
}

/** The context of a request for a stream. */
export type StreamContext = GraphQLContext & { readonly stream: StreamRequest };

/** A request for a stream. The stream outlives the request, so it has a context of its own. */
export interface StreamRequest {
  readonly context: GraphQLContext;
  /** The ID of the last event that was taken from `results`; `undefined` before the start. */
  readonly eventId: () => string | undefined;
  /** The results of the stream, once its operation is accepted. */
  results?: StreamResults;
}

/** A stream that is sent to a router. */
export interface CallbackStream {
  /** Where its events are executed. */
  readonly context: GraphQLContext;
  readonly end: () => void;
  /** Why the stream has ended, if neither the client nor the router has ended it. */
  readonly endError: () => GatewayError | undefined;
}

/** The results of a subscription, one for each change. */
export type StreamResults = AsyncGenerator<ExecutionResult, void, void>;
