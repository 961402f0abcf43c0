import type { TaskOption } from './stage-task';

/** The groups that can be asked for; `UNKNOWN` only ever comes back. */
export type RequestableTaskOption = Exclude<TaskOption, 'UNKNOWN'>;

/** Which tasks a caller wants. Both bounds are exclusive; an absent part does not restrict. */
export interface StageTaskFilter {
  /** Sorted and without repeats, so that equal filters look equal. */
  readonly options?: readonly RequestableTaskOption[];
  readonly deadlineAfterMs?: number;
  readonly deadlineBeforeMs?: number;
}

/** One string for each meaning: two filters have the same key exactly if they select the same tasks. */
export function filterKey(filter: StageTaskFilter): string {
  return JSON.stringify([
    filter.options ?? null,
    filter.deadlineAfterMs ?? null,
    filter.deadlineBeforeMs ?? null,
  ]);
}
