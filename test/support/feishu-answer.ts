import type { Semester } from '../../src/domain/semester';
import type { StageTask, UserStageTasks } from '../../src/domain/stage-task';
import { classify, type Outcome } from '../../src/feishu/classify';
import { fromBase } from '../../src/feishu/semester.mapping';
import { createPartReaders } from '../../src/feishu/part-readers';
import { toUserStageTasks } from '../../src/feishu/stage-task.mapping';
import { countUnreadable, type UnreadableParts } from '../../src/feishu/unreadable';
import { findByUserListDataWire } from '../../src/feishu/wire/stage-task.wire';

export const SEMESTER_ID = '7412345678901234567';

/** The shape of the documentation's example, with people and stages of our own. */
export const TASK = {
  stage_id: '7398765432109876543',
  name: { 'zh-CN': '自评', 'en-US': 'Self review' },
  deadline: '1795363199000',
  need_todo_count: 3,
  finished_count: 1,
  jump_url: 'https://performance.example.com/review/7412345678901234567',
  stage_task_status: 'need_todo',
  task_option_id: 1,
};
export const ITEM = {
  user_id: 'ou_anna',
  stage_num_lists: [
    { task_option_id: 1, stage_num: 1 },
    { task_option_id: 2, stage_num: 0 },
  ],
  stage_task_info_lists: [TASK],
};
export const NEIGHBOUR = { ...ITEM, user_id: 'ou_bela' };
export const BASE = {
  semester_id: SEMESTER_ID,
  semester_name: { 'zh-CN': '2026 下半年', 'en-US': '2026 H2' },
  start_time: '1782835200000',
  end_time: '1798732799000',
};
export const ANSWER = { code: 0, msg: '', data: { base: BASE, items: [ITEM, NEIGHBOUR] } };

export interface Decoded {
  readonly semester: Semester | null;
  /** Those whose item can be read. */
  readonly users: readonly UserStageTasks[];
  readonly unreadable: UnreadableParts;
}

/** From the bytes of an answer to the domain. */
export function readAnswer(body: string, status = 200): Outcome<Decoded> {
  const reply = { status, body, header: () => undefined };
  const decoded = classify(reply, ({ data }) => findByUserListDataWire.safeParse(data ?? {}));
  if (!decoded.ok) return decoded;
  const { base, items } = decoded.value;
  const { parts: unreadable, note } = countUnreadable();
  const users = items.flatMap((item) =>
    item?.user_id ? (toUserStageTasks(item.user_id, item, note, createPartReaders()) ?? []) : [],
  );
  return { ...decoded, value: { semester: fromBase(SEMESTER_ID, base), users, unreadable } };
}

export function valueOf(body: string): Decoded {
  const outcome = readAnswer(body);
  if (!outcome.ok) throw new Error(`an answer: expected one, got ${outcome.failure.row.kind}`);
  return outcome.value;
}

export const answerWith = (data: unknown) => valueOf(JSON.stringify({ ...ANSWER, data }));

export const usersOf = (items: unknown) => answerWith({ base: BASE, items }).users;

export const tasksOf = (...tasks: unknown[]): StageTask[] =>
  usersOf([{ ...ITEM, stage_task_info_lists: tasks }]).flatMap((user) => user.stageTasks);

/** The one task of an answer in which these fields of it are different. */
export const taskWith = (fields: object) => tasksOf({ ...TASK, ...fields })[0];

export const countsOf = (counts: unknown) =>
  usersOf([{ ...ITEM, stage_num_lists: counts }]).flatMap((user) => user.counts);

/** What cannot be read of an answer with this one item. Fails if its user can be read. */
export function unreadableIn(item: unknown): UnreadableParts {
  const { users, unreadable } = answerWith({ items: [item] });
  expect(users).toEqual([]);
  return unreadable;
}
