import type { Clock } from '../domain/clock';
import type { FeishuCaller, FeishuRequest } from './call';
import { userCredentials, type Credentials } from './credentials';
import {
  MAX_USERS_PER_CALL,
  type SemesterSource,
  type StageTaskQuery,
  type StageTaskSource,
  type UpstreamIdentity,
} from './ports';
import { fromBase, fromListItem } from './semester.mapping';
import { toRequestBody, toUserIdTypeWire, toUserStageTasks } from './stage-task.mapping';
import { semestersDataWire, type SemestersDataWire } from './wire/semester.wire';
import { findByUserListDataWire, type FindByUserListDataWire } from './wire/stage-task.wire';

export interface FeishuSourceOptions {
  readonly call: FeishuCaller;
  readonly app: Credentials;
  readonly clock: Clock;
}

/** Feishu Performance behind the gateway's own terms. */
export function createFeishuSource(options: FeishuSourceOptions): StageTaskSource & SemesterSource {
  const { call, app, clock } = options;
  const credentialsOf = (identity: UpstreamIdentity) =>
    identity.kind === 'app' ? app : userCredentials(identity.accessToken);

  return {
    async ready(identity) {
      await credentialsOf(identity).token();
    },

    async findByUserList(query, identity, context) {
      requireCallable(query, identity);
      const data = await call(findByUserList(query), credentialsOf(identity), context);
      return {
        semester: fromBase(query.semesterId, data.base),
        users: data.items.flatMap(toUserStageTasks),
        fetchedAt: new Date(clock.now()),
      };
    },

    async listSemesters(context) {
      const data = await call(LIST_SEMESTERS, app, context);
      return data.items.flatMap(fromListItem);
    },
  };
}

/** Upstream would refuse the whole call; whoever plans calls has made a mistake. */
function requireCallable(query: StageTaskQuery, identity: UpstreamIdentity): void {
  const max = identity.kind === 'user' ? 1 : MAX_USERS_PER_CALL;
  const got = query.userIds.length;
  if (got < 1 || got > max) {
    throw new RangeError(
      `a call in the name of the ${identity.kind}: expected 1 to ${max} users, got ${got}`,
    );
  }
}

function findByUserList(query: StageTaskQuery): FeishuRequest<FindByUserListDataWire> {
  return {
    api: 'find_by_user_list',
    method: 'POST',
    path: `/open-apis/performance/v1/stage_tasks/find_by_user_list?user_id_type=${toUserIdTypeWire(query.idType)}`,
    body: toRequestBody(query),
    users: query.userIds.length,
    decode: (envelope) => findByUserListDataWire.safeParse(envelope.data ?? {}),
  };
}

const LIST_SEMESTERS: FeishuRequest<SemestersDataWire> = {
  api: 'semesters',
  method: 'GET',
  path: '/open-apis/performance/v1/semesters',
  decode: (envelope) => semestersDataWire.safeParse(envelope.data ?? {}),
};
