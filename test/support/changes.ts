import type { Snapshot } from '../../src/cache/snapshot-cache';
import type { Change, ChangeStream } from '../../src/changes/change-stream';
import type { UserStageTasks } from '../../src/domain/stage-task';

/** An answer whose content is a number of finished tasks; `null`: Feishu has no data. */
export function answer(fetchedAtMs: number, finishedCount: number | null): Snapshot {
  const stageTasks = finishedCount === null ? null : tasksOf(finishedCount);
  return { stageTasks, semester: null, fetchedAtMs };
}

function tasksOf(finishedCount: number): UserStageTasks {
  const stage = { stageId: 's1', name: null, deadline: null, needTodoCount: 9, jumpUrl: null };
  const state = { finishedCount, status: 'NEED_TODO', option: 'TODO' } as const;
  return {
    userId: 'u',
    counts: [{ option: 'TODO', count: 1 }],
    stageTasks: [{ ...stage, ...state }],
  };
}

/** What `answer` was made of. */
export function contentOf({ index, answer: shown }: Change): [index: number, content: unknown] {
  if (shown instanceof Error) return [index, shown.message];
  return [index, shown.stageTasks?.stageTasks[0]?.finishedCount ?? null];
}

/** All changes that a stream shows now. The last `next` stays open: call this once for each stream. */
export function collect(stream: ChangeStream): [index: number, content: unknown][] {
  const shown: [number, unknown][] = [];
  void (async () => {
    for (let change = await stream.next(); change; change = await stream.next()) {
      shown.push(contentOf(change));
    }
  })();
  return shown;
}
