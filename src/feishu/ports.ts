import { GatewayError, type ErrorDetails } from '../domain/errors';
import type { Secret } from '../domain/secret';
import type { ListedSemester, Semester } from '../domain/semester';
import type { UserStageTasks } from '../domain/stage-task';
import type { StageTaskFilter } from '../domain/stage-task-filter';
import type { UserIdType } from '../domain/user';
import type { CallContext } from './feishu-client';

/** Feishu's limit on `user_id_lists`. (fact 1) */
export const MAX_USERS_PER_CALL = 50;

/** Whose token a call uses. A user's token only permits a call for that user. (fact 3) */
export type UpstreamIdentity =
  { readonly kind: 'app' } | { readonly kind: 'user'; readonly accessToken: Secret };

/** The parameters of one call. All users of the call share the other parameters. */
export interface StageTaskQuery {
  readonly semesterId: string;
  readonly idType: UserIdType;
  /** 1 to 50 distinct IDs; exactly one with a user's token. */
  readonly userIds: readonly string[];
  readonly filter: StageTaskFilter;
}

/**
 * The result for one user. `null`: Feishu's answer is complete and does not contain the user. An error: the
 * user's part of the answer is missing or unreadable.
 */
export type UserAnswer = UserStageTasks | GatewayError | null;

export interface StageTaskAnswer {
  /** The requested cycle; `null` if the answer does not describe it. */
  readonly semester: Semester | null;
  /** An entry for each requested user. */
  readonly users: ReadonlyMap<string, UserAnswer>;
  /** False if parts of the answer belong to no requested user. Then nothing of it is cached. */
  readonly isComplete: boolean;
  /** When the answer arrived, on the monotonic clock. */
  readonly fetchedAtMs: number;
  /** When the call was sent, on the monotonic clock. */
  readonly askedAtMs?: number;
}

/** Feishu refused the parameters of a call. One invalid ID is enough. */
export class ParametersRefused extends GatewayError {
  constructor(
    message: string,
    details: ErrorDetails,
    /** The users that Feishu names as the reason, possibly none. Not for clients. */
    readonly namedUserIds: readonly string[],
  ) {
    super('UPSTREAM_REJECTED', message, details);
  }
}

/** Feishu does not permit the app the call, or the token lacks a scope. */
export class PermissionDenied extends GatewayError {
  constructor(
    message: string,
    details: ErrorDetails,
    /** Scopes of which one is enough, as Feishu names them; possibly none. For operators, not for clients. */
    readonly acceptedScopes: readonly string[],
  ) {
    super('UPSTREAM_PERMISSION_DENIED', message, details);
  }
}

/** The company has not installed the app, or has disabled it. (fact 23) */
export class AppNotInstalled extends GatewayError {
  constructor(message: string, details: ErrorDetails) {
    super('UPSTREAM_PERMISSION_DENIED', message, details);
  }
}

/** A store app has no ticket: Feishu has sent none to the webhook. (fact 22) */
export class AppTicketMissing extends GatewayError {
  constructor(details: ErrorDetails) {
    super('UPSTREAM_UNAVAILABLE', 'Feishu has not sent this app its ticket yet.', details);
  }
}

/** A source that can fetch its token before a call is counted, so that the call is sent at once. */
export interface PreparedSource {
  /** Resolves when a token for this identity is available. @throws GatewayError */
  ready(identity: UpstreamIdentity): Promise<void>;
}

/** The source of stage tasks. */
export interface StageTaskSource extends PreparedSource {
  /** @throws GatewayError with one of the `UPSTREAM_…` codes */
  findByUserList(
    query: StageTaskQuery,
    identity: UpstreamIdentity,
    context: CallContext,
  ): Promise<StageTaskAnswer>;
}

/** The parameters of one page of everyone in a cycle. */
export interface StageTaskPageQuery extends Omit<StageTaskQuery, 'userIds'> {
  /** Empty for the first page. */
  readonly pageToken: string;
}

/** One page of everyone in a cycle. */
export interface StageTaskPage extends Pick<
  StageTaskAnswer,
  'semester' | 'isComplete' | 'fetchedAtMs' | 'askedAtMs'
> {
  /** Each user of the page once, in Feishu's order. An error takes the place of an unreadable item. */
  readonly users: readonly (UserStageTasks | GatewayError)[];
  /** `null`: this is the last page. */
  readonly nextPageToken: string | null;
}

/** The source of everyone's stage tasks. Feishu accepts no user's token for them. (fact 14) */
export interface StageTaskPageSource extends PreparedSource {
  /** @throws GatewayError with one of the `UPSTREAM_…` codes */
  findByPage(query: StageTaskPageQuery, context: CallContext): Promise<StageTaskPage>;
}

/** The readable cycles of the tenant. */
export interface SemesterList {
  readonly semesters: readonly ListedSemester[];
  /** False if a part of the list is unreadable: then other cycles may exist. */
  readonly isComplete: boolean;
}

/** The source of review cycles that no call for stage tasks describes. */
export interface SemesterSource extends PreparedSource {
  /**
   * Returns all cycles of the tenant.
   * @throws GatewayError with one of the `UPSTREAM_…` codes, also if no cycle of the list is readable
   */
  listSemesters(context: CallContext): Promise<SemesterList>;
}

/** The IDs of the user that a token belongs to; `null` if Feishu does not return an ID. */
export interface FeishuUser {
  readonly openId: string | null;
  readonly unionId: string | null;
  readonly userId: string | null;
  readonly tenantKey: string | null;
}

/** Finds out which user a Feishu token belongs to. */
export interface UserInfoSource {
  /** @throws GatewayError `UNAUTHENTICATED` for an invalid token, or one of the `UPSTREAM_…` codes */
  whoIs(accessToken: Secret, context: CallContext): Promise<FeishuUser>;
}
