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

/** How much of Feishu's quota is left, and who waits for it. Times on the monotonic clock. */
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
  /** The principal as a user; `undefined` where it is none. */
  readonly findViewer: () => UserKey | undefined;
  /** @throws GatewayError `FORBIDDEN` where it is none */
  readonly requireViewer: () => UserKey;
  /** The share of the upstream quota that the principal of this operation may spend. */
  readonly principalQuota: PrincipalQuota;
  /** Whom this operation was not let read. */
  readonly denials: Denials;
  readonly quota: () => Promise<UpstreamQuota>;
  /** Monotonic. */
  readonly nowMs: () => number;
  /** What a client reads of a moment on the monotonic clock. */
  readonly toDate: ToDate;
  /** How long the answer may be kept; for the loader to say, and for whatever changes by itself. */
  readonly cachePolicy: CachePolicy;
  /** The language of texts whose field asks for none. */
  readonly locale: Locale;
  readonly userNaming: UserNaming;
  /** What the answer is expected to be, when the cost is worked out. */
  readonly answer: { estimatedBytes: number };
  /** When the parts of the answer are completed. */
  readonly turns: OperationTurns;
}
