import type { Semester } from '../domain/semester';
import type { UserStageTasks } from '../domain/stage-task';

/** Feishu's answer for one user in one scope. */
export interface Snapshot {
  /** `null`: Feishu has no tasks of this user, which is cached too. */
  readonly stageTasks: UserStageTasks | null;
  readonly semester: Semester | null;
  /** When Feishu answered, on the monotonic clock of this process. */
  readonly fetchedAtMs: number;
  /**
   * When its call was sent: a change that Feishu reports later is not in it. Absent in an answer of a gateway that did
   * not note it.
   */
  readonly askedAtMs?: number | undefined;
}

/**
 * Caches the newest answer for each user and scope. It does not cache whole responses, so that overlapping pages
 * share answers. A port, with adapters for memory and Redis.
 */
export interface SnapshotCache {
  /** Reads the answer that this process holds, without waiting; `undefined` if it holds none. */
  recall(key: string): Snapshot | undefined;
  /**
   * Resolves with the newest cached answer for each key; `undefined` if there is none. Never rejects.
   * @param sinceMs a monotonic time; the cache searches no further for an answer that is newer
   */
  getMany(keys: readonly string[], sinceMs: number): Promise<readonly (Snapshot | undefined)[]>;
  /** Resolves when other replicas can read the answers. Never rejects. */
  setMany(entries: readonly (readonly [key: string, snapshot: Snapshot])[]): Promise<void>;
}
