import { GatewayError, type ErrorDetails } from '../domain/errors';
import type { Secret } from '../domain/secret';
import type { Semester } from '../domain/semester';
import type { UserStageTasks } from '../domain/stage-task';
import type { StageTaskFilter } from '../domain/stage-task-filter';
import type { UserIdType } from '../domain/user';
import type { CallContext } from './feishu-client';

/** Upstream's own limit on `user_id_lists`. (feishu-facts 1) */
export const MAX_USERS_PER_CALL = 50;

/** In whose name a call goes out. A user may only ask for itself. (fact 3) */
export type UpstreamIdentity =
  { readonly kind: 'app' } | { readonly kind: 'user'; readonly accessToken: Secret };

/** One call's worth of questions: everything but the users is shared by all of them. */
export interface StageTaskQuery {
  readonly semesterId: string;
  readonly idType: UserIdType;
  /** 1 to 50 distinct IDs; exactly one under a user's identity. */
  readonly userIds: readonly string[];
  readonly filter: StageTaskFilter;
}

/**
 * What an answer says of one user. `null`: upstream answered for the others and left this one out. An
 * error: what it says of this user is not known, or cannot be read.
 */
export type UserAnswer = UserStageTasks | GatewayError | null;

export interface StageTaskAnswer {
  /** The cycle that was asked about, as far as upstream described it. */
  readonly semester: Semester | null;
  /** One for each user that was asked for. */
  readonly users: ReadonlyMap<string, UserAnswer>;
  /** False: parts of the answer belong to no user that was asked for, so that none of it is remembered. */
  readonly isComplete: boolean;
  /** When upstream said so, on the monotonic clock. */
  readonly fetchedAtMs: number;
}

/** Upstream refused the parameters of a call, for which one ID that it does not take is enough. */
export class ParametersRefused extends GatewayError {
  constructor(
    message: string,
    details: ErrorDetails,
    /** Some of the users of the call, where upstream names them. Not for clients. */
    readonly namedUserIds: readonly string[],
  ) {
    super('UPSTREAM_REJECTED', message, details);
  }
}

/** What has to be there before a call is counted, so that it leaves in the moment in which it is. */
export interface PreparedSource {
  /** Resolves when there is a token for a call in this name. @throws GatewayError */
  ready(identity: UpstreamIdentity): Promise<void>;
}

/** Where stage tasks come from. */
export interface StageTaskSource extends PreparedSource {
  /** @throws GatewayError with one of the `UPSTREAM_…` codes */
  findByUserList(
    query: StageTaskQuery,
    identity: UpstreamIdentity,
    context: CallContext,
  ): Promise<StageTaskAnswer>;
}

/** The cycles of the tenant, as far as the list of them could be read. */
export interface SemesterList {
  readonly semesters: readonly Semester[];
  /** False: parts of the list cannot be read, or it is empty. A cycle that is absent may exist all the same. */
  readonly isComplete: boolean;
}

/** Where review cycles come from when no call for stage tasks describes them. */
export interface SemesterSource extends PreparedSource {
  /** All cycles of the tenant. @throws GatewayError with one of the `UPSTREAM_…` codes */
  listSemesters(context: CallContext): Promise<SemesterList>;
}

/** Whose a user's token is, as far as upstream says. */
export interface FeishuUser {
  readonly openId: string | null;
  readonly unionId: string | null;
  readonly userId: string | null;
  readonly tenantKey: string | null;
}

/** Whose token of Feishu's it is. */
export interface UserInfoSource {
  /** @throws GatewayError `UNAUTHENTICATED` for a token that is not good, or one of the `UPSTREAM_…` codes */
  whoIs(accessToken: Secret, context: CallContext): Promise<FeishuUser>;
}
