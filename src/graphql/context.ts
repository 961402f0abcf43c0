import type { GraphQLError } from 'graphql';
import type { Denials } from '../auth/denials';
import type { PrincipalQuota } from '../auth/principal-quota';
import type { RequestLoader } from '../loading/request-loader';
import type { OperationTurns } from '../loading/turns';
import type { ClosedReason } from '../domain/closed-reason';
import type { Locale } from '../domain/localized-text';
import type { CachePolicy } from '../domain/cache-policy';
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
}
