import type { FindByUserListDataWire, UserIdTypeWire } from '../../feishu/wire/stage-task.wire';
import type { Caller } from '../authorization';
import type { EmulatorState, Endpoint } from '../endpoint';
import { paramInvalid, success } from '../envelope';
import { readBody, readFilter, readSemester, readUserIds, readUserIdType } from '../parameters';
import { idOf } from '../people';
import { randomFrom, shuffled } from '../random';
import type { Semester } from '../semesters';
import { semesterBase, type StageTaskFilter, stageTasksItem } from '../stage-task-items';

interface UserListQuery {
  readonly semester: Semester;
  readonly idType: UserIdTypeWire;
  readonly userIds: readonly string[];
  readonly filter: StageTaskFilter;
}

/** The tasks that up to 50 named users have in one cycle. (facts 1 to 12) */
export const findByUserList: Endpoint = {
  api: 'find_by_user_list',
  method: 'POST',
  path: '/open-apis/performance/v1/stage_tasks/find_by_user_list',
  acceptedTokens: ['tenant', 'user'],
  answer(state, call) {
    const asked = readQuery(state, call.query, readBody(call.body));
    assertOnlySelf(call.caller, asked);
    assertKnown(state, asked);
    return success(findTasks(state, asked));
  },
};

function readQuery(
  { tenant }: EmulatorState,
  query: Record<string, unknown>,
  body: Record<string, unknown>,
): UserListQuery {
  const idType = readUserIdType(query);
  return {
    idType,
    semester: readSemester(tenant, body),
    userIds: readUserIds(body, idType),
    filter: readFilter(body),
  };
}

/** A user's own token asks for nobody else. (fact 3) */
function assertOnlySelf(caller: Caller, { userIds, idType }: UserListQuery): void {
  if (caller.kind !== 'user') return;
  const ownId = idOf(caller.person, idType);
  if (userIds.every((id) => id === ownId)) return;
  throw paramInvalid('user_id_lists', 'only the ID of the user whose token this is', userIds);
}

function assertKnown({ settings, tenant }: EmulatorState, { userIds, idType }: UserListQuery) {
  if (settings.unknownUsers === 'left-out') return;
  const unknownId = userIds.find((id) => !tenant.personBy(idType, id));
  if (unknownId !== undefined) throw paramInvalid('user_id_lists', 'a known user ID', unknownId);
}

function findTasks(state: EmulatorState, asked: UserListQuery): FindByUserListDataWire {
  const { semester, idType, filter } = asked;
  const items = inAnswerOrder(state, asked.userIds).flatMap((id) => {
    const person = state.tenant.personBy(idType, id);
    const tasks = person && state.tenant.tasksOf(person, semester);
    return tasks ? [stageTasksItem(person, idType, tasks, filter, state.settings)] : [];
  });
  return { base: semesterBase(semester), items };
}

/** An ID that is named twice is answered once. Nothing promises an order, so a caller must not need one. */
function inAnswerOrder({ settings }: EmulatorState, userIds: readonly string[]): string[] {
  const distinct = [...new Set(userIds)];
  const random = randomFrom(`${settings.seed}/order/${distinct.join()}`);
  return settings.shuffle ? shuffled(distinct, random) : distinct;
}
