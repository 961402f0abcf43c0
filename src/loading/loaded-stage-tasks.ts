import { narrow } from '../domain/narrow';
import type { StageTask, StageTaskCount, UserStageTasks } from '../domain/stage-task';
import type { StageTaskFilter } from '../domain/stage-task-filter';
import type { KnownUser } from './answer-cache';

/** One user's tasks under one filter. They are narrowed to the filter when they are first read. */
export class LoadedStageTasks implements UserStageTasks {
  /** On the monotonic clock. */
  readonly fetchedAtMs: number;
  /** Older than an answer should be; a newer one could not be loaded in time, or is being loaded. */
  readonly stale: boolean;
  #narrowed: UserStageTasks | undefined;

  /** @param answer what Feishu answered. One object for each answer: it identifies the snapshot. */
  constructor(
    readonly answer: UserStageTasks,
    readonly filter: StageTaskFilter,
    { fetchedAtMs, stale }: Pick<KnownUser, 'fetchedAtMs' | 'stale'>,
  ) {
    this.fetchedAtMs = fetchedAtMs;
    this.stale = stale;
  }

  get userId(): string {
    return this.answer.userId;
  }

  get counts(): readonly StageTaskCount[] {
    return this.narrowed.counts;
  }

  get stageTasks(): readonly StageTask[] {
    return this.narrowed.stageTasks;
  }

  private get narrowed(): UserStageTasks {
    return (this.#narrowed ??= narrow(this.answer, this.filter));
  }
}
