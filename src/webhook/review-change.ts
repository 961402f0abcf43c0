import { z } from 'zod';
import { getOrCreate } from '../domain/collections';
import { requireSemesterId, requireUser } from '../domain/input-rules';
import type { UserIdType, UserKey } from '../domain/user';
import type { FeishuEvent } from './envelope';

/** People whose tasks in one cycle have changed. */
export interface ReviewChange {
  /** The company that the event names. */
  readonly tenantKey: string | null;
  readonly semesterId: string;
  /** Each ID that the event gives. A person has up to three of them. */
  readonly users: readonly UserKey[];
}

/** The events about reviews. Neither of them covers every change of a task. (fact 29) */
export const REVIEW_EVENTS: ReadonlySet<string> = new Set([
  'performance.stage_task.open_result_v2',
  'performance.review_data.changed_v2',
]);

/** More people than that in one event are no event of Feishu; the others become stale in time. */
const MAX_ITEMS = 1_000;

const id = z.string().optional().catch(undefined);
const item = z.object({
  user_id: z.object({ open_id: id, union_id: id, user_id: id }),
  semester_id: z.string(),
});
const content = z.object({ items: z.array(z.unknown()) });

/** The changes of an event, one for each cycle. Leaves out items that it cannot read. */
export function readReviewChanges({ tenantKey, content: given }: FeishuEvent): ReviewChange[] {
  const items = content.safeParse(given).data?.items ?? [];
  const usersBySemester = new Map<string, Map<string, UserKey>>();
  for (const one of items.slice(0, MAX_ITEMS)) {
    const { data } = item.safeParse(one);
    if (!data || !isValid(() => requireSemesterId('semester_id', data.semester_id))) continue;
    const users = getOrCreate(usersBySemester, data.semester_id, () => new Map());
    for (const user of usersOf(data.user_id)) users.set(`${user.idType} ${user.id}`, user);
  }
  return [...usersBySemester].map(([semesterId, users]) => ({
    tenantKey,
    semesterId,
    users: [...users.values()],
  }));
}

/** Feishu leaves out IDs that the app may not see. */
function usersOf({ open_id, union_id, user_id }: z.output<typeof item>['user_id']): UserKey[] {
  const given: [UserIdType, string | undefined][] = [
    ['OPEN_ID', open_id],
    ['UNION_ID', union_id],
    ['USER_ID', user_id],
  ];
  return given.flatMap(([idType, one]) =>
    one !== undefined && isValid(() => requireUser('user_id', one, idType))
      ? [{ id: one, idType }]
      : [],
  );
}

function isValid(require: () => unknown): boolean {
  try {
    require();
    return true;
  } catch {
    return false;
  }
}
