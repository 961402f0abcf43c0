import type { Semester } from '../domain/semester';
import type { UserStageTasks } from '../domain/stage-task';

/** What Feishu said of one user in one scope. */
export interface Snapshot {
  /** `null`: Feishu knows nothing of this user, which is an answer too. */
  readonly stageTasks: UserStageTasks | null;
  readonly semester: Semester | null;
  /** When Feishu said so, on the monotonic clock of this process. */
  readonly fetchedAtMs: number;
}

/**
 * The last answers, one for each user rather than for each response: pages that overlap share what they
 * have in common. A port: one process keeps them in memory, several share them.
 */
export interface SnapshotCache {
  /**
   * For each key the newest answer that is remembered, `undefined` where there is none. Never rejects: a
   * cache may forget.
   * @param sinceMs an answer since this monotonic time is new enough: the cache looks no further
   */
  getMany(keys: readonly string[], sinceMs: number): Promise<readonly (Snapshot | undefined)[]>;
  /** Resolves when others may see it. Never rejects. */
  setMany(entries: readonly (readonly [key: string, snapshot: Snapshot])[]): Promise<void>;
}
