import type { TaskOption } from './stage-task';

/** The groups that can be asked for; `UNKNOWN` only ever comes back. */
export type RequestableTaskOption = Exclude<TaskOption, 'UNKNOWN'>;

/** In the one order that filters keep their options in. */
export const REQUESTABLE_OPTIONS: readonly RequestableTaskOption[] = ['TODO', 'DONE', 'OVERDUE'];

/** Which tasks a view shows. Both bounds are exclusive; an absent part does not restrict. */
export interface StageTaskFilter {
  /** In the order of `REQUESTABLE_OPTIONS`, without repeats, so that equal filters look equal. */
  readonly options?: readonly RequestableTaskOption[];
  readonly deadlineAfterMs?: number;
  readonly deadlineBeforeMs?: number;
}

/**
 * `auto` asks Feishu for all of a user's tasks, so that one call and one remembered answer serve every
 * filter. `pushdown` sends the filter to Feishu, for tenants whose unfiltered answers are too large.
 */
export type FilterStrategy = 'auto' | 'pushdown';

const NO_FILTER: StageTaskFilter = {};

/** What Feishu is asked with. Either way the answer is narrowed here, by one rule: see `narrow`. */
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

/** One string for each meaning: two filters have the same key exactly if they select the same tasks. */
export function filterKey(filter: StageTaskFilter): string {
  return JSON.stringify([
    filter.options ?? null,
    filter.deadlineAfterMs ?? null,
    filter.deadlineBeforeMs ?? null,
  ]);
}
