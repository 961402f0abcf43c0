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
   * For each question the newest answer that is remembered, `undefined` where there is none. Never rejects:
   * a cache may forget.
   * @param questions each with all the keys whose answers will do
   * @param sinceMs an answer since this Unix time is new enough: nobody looks any further
   */
  getMany(
    questions: readonly (readonly string[])[],
    sinceMs: number,
  ): Promise<readonly (Snapshot | undefined)[]>;
  /** Resolves when others may see it. Never rejects. */
  setMany(entries: readonly (readonly [key: string, snapshot: Snapshot])[]): Promise<void>;
}

export function newest(snapshots: readonly (Snapshot | undefined)[]): Snapshot | undefined {
  return snapshots.reduce((a, b) => (a && b && b.fetchedAtMs <= a.fetchedAtMs ? a : (b ?? a)));
}
