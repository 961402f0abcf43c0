import type { TaskOption } from './stage-task';

/** The groups that can be asked for; `UNKNOWN` only ever comes back. */
export type RequestableTaskOption = Exclude<TaskOption, 'UNKNOWN'>;

/** In the one order that filters keep their options in. */
export const REQUESTABLE_OPTIONS: readonly RequestableTaskOption[] = ['TODO', 'DONE', 'OVERDUE'];

/** Which tasks a caller wants. Both bounds are exclusive; an absent part does not restrict. */
export interface StageTaskFilter {
  /** In the order of `REQUESTABLE_OPTIONS`, without repeats, so that equal filters look equal. */
  readonly options?: readonly RequestableTaskOption[];
  readonly deadlineAfterMs?: number;
  readonly deadlineBeforeMs?: number;
}

/** `auto` merges different filters into one call where that saves one; `pushdown` never does. */
export type FilterStrategy = 'auto' | 'pushdown';

/** One string for each meaning: two filters have the same key exactly if they select the same tasks. */
export function filterKey(filter: StageTaskFilter): string {
  return JSON.stringify([
    filter.options ?? null,
    filter.deadlineAfterMs ?? null,
    filter.deadlineBeforeMs ?? null,
  ]);
}
