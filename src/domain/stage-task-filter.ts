import type { TaskOption } from './stage-task';

/** The groups that clients can filter by. `UNKNOWN` occurs only in answers. */
export type RequestableTaskOption = Exclude<TaskOption, 'UNKNOWN'>;

/** All requestable options, in the order in which filters keep them. */
export const REQUESTABLE_OPTIONS: readonly RequestableTaskOption[] = ['TODO', 'DONE', 'OVERDUE'];

/** Selects tasks. Both bounds are exclusive. An absent part selects all tasks. */
export interface StageTaskFilter {
  /** In the order of `REQUESTABLE_OPTIONS` and without duplicates, so that equal filters have equal keys. */
  readonly options?: readonly RequestableTaskOption[];
  readonly deadlineAfterMs?: number;
  readonly deadlineBeforeMs?: number;
}

/**
 * `auto` fetches all of a user's tasks, so that one call and one cached answer serve every filter. `pushdown`
 * sends the filter to Feishu, for tenants whose unfiltered answers are too large.
 */
export type FilterStrategy = 'auto' | 'pushdown';

const NO_FILTER: StageTaskFilter = {};

/** The filter to send to Feishu. With both strategies, `narrow` applies the client's filter to the answer. */
export function toUpstreamFilter(
  strategy: FilterStrategy,
  filter: StageTaskFilter,
): StageTaskFilter {
  return strategy === 'pushdown' ? filter : NO_FILTER;
}

export function isUnfiltered(filter: StageTaskFilter): boolean {
  const { options, deadlineAfterMs, deadlineBeforeMs } = filter;
  return options === undefined && deadlineAfterMs === undefined && deadlineBeforeMs === undefined;
}

const UNFILTERED_KEY = '[null,null,null]';

/** Two filters have the same key exactly if they are equal. */
export function filterKey(filter: StageTaskFilter): string {
  if (isUnfiltered(filter)) return UNFILTERED_KEY;
  return JSON.stringify([
    filter.options ?? null,
    filter.deadlineAfterMs ?? null,
    filter.deadlineBeforeMs ?? null,
  ]);
}
