import { GatewayError } from '../../src/domain/errors';
import type { Admission } from '../../src/http/admission';
import { createStreamLife, type StreamLife } from '../../src/http/stream-life';
import type { ModelClock, Received } from './access-process';
import type { ModelReplica } from './access-replica';
import type { ModelClient } from './access-clients';
import type { Load, Operation } from './access-schedules';

/** Older streams are closed. */
const MAX_STREAMS = 6;
const DEADLINE_MS = 5_000;

/** Streams of the model's clients. They last longer than the schedules that open them. */
export function createModelStreams(clock: ModelClock, note: (received: Received) => void) {
  const open: StreamLife[] = [];

  /** What an operation is admitted with. */
  function admit(
    { principal }: ModelClient,
    { timeMs, leavesAfterMs }: Pick<Operation, 'timeMs' | 'leavesAfterMs'>,
  ): Admission {
    const controller = new AbortController();
    const { signal } = controller;
    const abortAfter = (ms: number, name: string) =>
      clock.at(clock.now() + ms, () => {
        controller.abort(new DOMException(name, name));
      });
    abortAfter(timeMs, 'TimeoutError');
    if (leavesAfterMs !== null) abortAfter(leavesAfterMs, 'AbortError');
    const deadlineAtMs = clock.now() + timeMs;
    const ids = { requestId: 'request', acceptLanguage: undefined };
    return {
      scope: { ...ids, deadlineAtMs, end: signal, signal, span: undefined },
      principal,
      slot: { retain: () => () => undefined },
      verifyAgain: () => principal,
    };
  }

  async function read(replica: ModelReplica, life: StreamLife, client: ModelClient, load: Load) {
    const admission = admit(client, { timeMs: DEADLINE_MS, leavesAfterMs: null });
    const { stream } = replica.createStreamContext(admission, life);
    const changes = await stream.context.openChanges?.([load.user], load.semesterId);
    // Resolves now: the stream goes on without its schedule.
    void (async () => {
      for await (const { loaded, user, semesterId } of changes ?? []) {
        const watched = { ...load, user, semesterId, filter: {} };
        if (loaded instanceof Error) note({ client, load: watched, error: loaded, inStream: true });
        else note({ client, load: watched, stageTasks: loaded, inStream: true });
      }
    })();
  }

  return {
    admit,
    async open(replica: ModelReplica, client: ModelClient, load: Load): Promise<void> {
      const admission = admit(client, { timeMs: DEADLINE_MS, leavesAfterMs: null });
      const life = createStreamLife(admission, {
        deadlineMs: DEADLINE_MS,
        nowMs: () => clock.now(),
      });
      open.push(life);
      if (open.length > MAX_STREAMS) open.shift()?.finish('closed');
      try {
        await read(replica, life, client, load);
      } catch (error) {
        life.finish('closed');
        if (!(error instanceof GatewayError)) throw error;
        note({ client, load, error });
      }
    },
    closeAll(): void {
      for (const life of open) life.finish('closed');
    },
  };
}
