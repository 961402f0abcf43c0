import { filterKey, type StageTaskFilter } from '../domain/stage-task-filter';
import type { UserIdType } from '../domain/user';

/** All that two users must have in common to be asked for in one call. */
export interface StageTaskScope {
  readonly semesterId: string;
  readonly idType: UserIdType;
  readonly filter: StageTaskFilter;
}

/**
 * Two scopes have the same key exactly if they are the same. An argument left out here would merge
 * questions that differ in it, and give somebody silently wrong data.
 */
export function scopeKey({ semesterId, idType, filter }: StageTaskScope): string {
  return JSON.stringify([semesterId, idType, filterKey(filter)]);
}
