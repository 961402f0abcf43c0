import { REQUESTABLE_OPTIONS } from '../../domain/stage-task-filter';
import { UserIdType, type UserKey } from '../../domain/user';
import type { Consequence, FieldCall, PriceRules, Subject } from './subject';

/** What loading one user's tasks costs beside the call, in fields: a place in line, an answer to align. */
const FIELDS_PER_LOAD = 25;

/** Some users' tasks in some cycles. */
export function load(
  rules: PriceRules,
  { filter }: FieldCall['args'],
  { wave }: Subject,
  users: readonly UserKey[],
  semesterIds: readonly string[],
  count: number,
): Consequence {
  // Filters that select the same but look different are asked for apart here: the price is never too low.
  const view = rules.strategy === 'pushdown' ? viewOf(filter) : null;
  const loads = () =>
    semesterIds.flatMap((semesterId) =>
      Object.values(UserIdType).map((idType) => ({
        scope: JSON.stringify([semesterId, idType, wave, view]),
        userIds: users.filter((user) => user.idType === idType).map(({ id }) => id),
      })),
    );
  return {
    weight: count * FIELDS_PER_LOAD,
    loads,
    children: [{ count, users, semesterIds, wave: wave + 1 }],
  };
}

/** A filter with more options than there are is refused by its field, and too long to be written out. */
function viewOf(filter: unknown): string | null {
  const options = (filter as { options?: readonly unknown[] | null } | null | undefined)?.options;
  return options && options.length > REQUESTABLE_OPTIONS.length
    ? null
    : JSON.stringify(filter ?? null);
}
