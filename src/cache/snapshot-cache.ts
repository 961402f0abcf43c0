import type { Semester } from '../domain/semester';
import type { StageTaskFilter } from '../domain/stage-task-filter';
import type { UserStageTasks } from '../domain/stage-task';

/** What upstream said of one user, in one scope and under one filter. */
export interface Snapshot {
  /** `null`: upstream knows nothing of this user, which is an answer too. */
  readonly stageTasks: UserStageTasks | null;
  readonly semester: Semester | null;
  /** What it was asked for with. */
  readonly filter: StageTaskFilter;
  /** Unix time in milliseconds at which upstream said so. */
  readonly fetchedAtMs: number;
}

/**
 * The last answers, one for each user rather than for each response: pages that overlap share what they
 * have in common. A port: one process keeps them in memory, several share them.
 */
export interface SnapshotCache {
  /**
   * The newest that is remembered, in the order asked; `undefined` where there is nothing. Never rejects: a
   * cache may forget.
   * @param sinceMs an answer since this Unix time is new enough: nobody looks any further
   */
  getMany(keys: readonly string[], sinceMs: number): Promise<readonly (Snapshot | undefined)[]>;
  /** Resolves when others may see it. Never rejects. */
  setMany(entries: readonly (readonly [key: string, snapshot: Snapshot])[]): Promise<void>;
}

export function newest(a: Snapshot | undefined, b: Snapshot | undefined): Snapshot | undefined {
  if (!a || !b) return a ?? b;
  return a.fetchedAtMs >= b.fetchedAtMs ? a : b;
}
