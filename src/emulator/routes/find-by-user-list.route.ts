import type { FindByUserListDataWire } from '../../feishu/wire/stage-task.wire';
import { answeredItem, type TaskParameters } from '../answered-item';
import type { Principal } from '../authorization';
import type { CallState, Endpoint } from '../endpoint';
import { paramInvalid, success } from '../envelope';
import { readBody, readFilter, readSemester, readUserIds, readUserIdType } from '../parameters';
import { idOf } from '../people';
import { randomFrom, shuffled } from '../random';
import { PERFORMANCE_SCOPES } from '../scopes';
import { semesterBase } from '../stage-task-items';
import { userIdRefused } from '../user-id-refusal';

interface UserListQuery extends TaskParameters {
  readonly userIds: readonly string[];
}

/** Returns the tasks of up to 50 users in one cycle. (facts 1 to 12) */
export const findByUserList: Endpoint = {
  api: 'find_by_user_list',
  method: 'POST',
  path: '/open-apis/performance/v1/stage_tasks/find_by_user_list',
  acceptedTokens: ['tenant', 'user'],
  acceptedScopes: PERFORMANCE_SCOPES,
  answer(state, call) {
    const query = readQuery(state, call.query, readBody(call.body));
    assertOnlySelf(call.principal, query);
    assertKnown(state, query);
    return success(findTasks(state, query));
  },
};

function readQuery(
  { tenant, settings }: CallState,
  query: Record<string, unknown>,
  body: Record<string, unknown>,
): UserListQuery {
  const idType = readUserIdType(query);
  return {
    idType,
    semester: readSemester(tenant, body),
    userIds: readUserIds(body, idType, settings.refusalCode),
    filter: readFilter(body, settings.deadlineBounds),
  };
}

/** A user's token only permits a call for that user. (fact 3) */
function assertOnlySelf(principal: Principal, { userIds, idType }: UserListQuery): void {
  if (principal.kind !== 'user') return;
  const ownId = idOf(principal.person, idType);
  if (userIds.every((id) => id === ownId)) return;
  throw paramInvalid('user_id_lists', "only the ID of the token's user", userIds);
}

function assertKnown({ settings, tenant }: CallState, { userIds, idType }: UserListQuery) {
  if (settings.unknownUsers === 'left-out') return;
  const unknownId = userIds.find((id) => !tenant.personBy(idType, id));
  if (unknownId === undefined) return;
  throw userIdRefused(settings.refusalCode, idType, unknownId, 'a known user ID');
}

function findTasks(state: CallState, query: UserListQuery): FindByUserListDataWire {
  const items = inAnswerOrder(state, query.userIds).flatMap((id) => {
    const person = state.tenant.personBy(query.idType, id);
    return (person && answeredItem(state, query, person)) ?? [];
  });
  return { base: semesterBase(query.semester), items };
}

/** Returns each ID once. The order is shuffled by default, because Feishu promises none. */
function inAnswerOrder({ settings }: CallState, userIds: readonly string[]): string[] {
  const distinct = [...new Set(userIds)];
  const random = randomFrom(`${settings.seed}/order/${distinct.join()}`);
  return settings.shuffle ? shuffled(distinct, random) : distinct;
}
