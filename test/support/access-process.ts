import { setTimeout as setTimeoutAsync } from 'node:timers/promises';
import type { Clock } from '../../src/domain/clock';
import type { UserKey } from '../../src/domain/user';
import { FIRST_POSITION } from '../../src/domain/page-position';
import type { LoadedStageTasks } from '../../src/loading/loaded-stage-tasks';
import { systemClock } from '../../src/system-clock';
import { createModelFeishu, cycleOf, type ModelTimes } from './access-feishu';
import { startReplica, type ModelReplica } from './access-replica';
import type { ModelClient } from './access-clients';
import type { Load, Operation, ProcessOptions, Schedule } from './access-schedules';
import { createModelStreams } from './access-streams';
import { settle } from './loading-world';
import { VirtualClock } from './virtual-clock';

export const keyOf = ({ idType, id }: UserKey) => `${idType} ${id}`;

/** What one client has received about one user. */
export interface Received {
  readonly client: ModelClient;
  readonly load: Load;
  readonly stageTasks?: LoadedStageTasks | null;
  readonly error?: unknown;
  /** Whether it is an event of a stream. */
  readonly inStream?: boolean;
}

/** What a schedule has shown to its clients. */
export interface Shown {
  /** One for each load. */
  readonly loads: Received[];
  /** Users of pages and streams. */
  readonly others: Received[];
  /** Whether each question about everyone in a cycle was answered, or its error. */
  readonly everyone: { readonly client: ModelClient; readonly error?: unknown }[];
}

/** When operations start and end. */
export interface ModelClock extends Clock {
  at(atMs: number, ring: () => void): unknown;
  /** Resolves when the work is done. */
  finish(work: Promise<unknown>): Promise<unknown>;
}

/** Redis runs on real time. What still waits at the end of a test does not keep its process. */
const realClock: ModelClock = {
  ...systemClock,
  sleep: (ms, signal) => setTimeoutAsync(ms, undefined, { ref: false, ...(signal && { signal }) }),
  at: (atMs, ring) => setTimeout(ring, Math.max(0, atMs - systemClock.now())).unref(),
  finish: (work) => work,
};

function virtualClock(): ModelClock {
  const clock = new VirtualClock();
  return Object.assign(clock, { finish: () => clock.run() });
}

const VIRTUAL_TIMES: ModelTimes = { usualMs: 30, slowMs: 400, closedMs: 500 };
const REAL_TIMES: ModelTimes = { usualMs: 2, slowMs: 10, closedMs: 10 };

/** Replicas of the gateway, over a model of Feishu. One without Redis, else two. */
export async function startProcess(options: ProcessOptions) {
  const isShared = options.redisUrl !== undefined;
  const clock = isShared ? realClock : virtualClock();
  const feishu = createModelFeishu(clock, isShared ? REAL_TIMES : VIRTUAL_TIMES);
  const defects: string[] = [];
  const onDefect = (line: string) => defects.push(line);
  const start = () => startReplica(options, { clock, feishu, onDefect });
  const replicas = await Promise.all(isShared ? [start(), start()] : [start()]);
  let shown: Shown = { loads: [], others: [], everyone: [] };
  const streams = createModelStreams(clock, (received) => shown.others.push(received));

  async function operate(replica: ModelReplica, operation: Operation): Promise<unknown> {
    const { client, loads, asksForCycle, asksForEveryone, watches, isReported } = operation;
    const { principal } = client;
    const [first] = loads;
    if (isReported && first) {
      const { semesterId, user } = first;
      replica.loadings.known(principal.tenantKey)?.noteChange({ semesterId, users: [user] });
    }
    const admission = streams.admit(client, operation);
    const { loader } = replica.createContext(admission);
    const work: Promise<unknown>[] = loads.map((load) => {
      const { user, semesterId, filter, maxAgeMs } = load;
      return settle(() => loader.stageTasks(user, semesterId, filter, maxAgeMs)).then(
        (stageTasks) => shown.loads.push({ client, load, stageTasks }),
        (error: unknown) => shown.loads.push({ client, load, error }),
      );
    });
    if (asksForEveryone && first) work.push(askForEveryone(loader, client, first));
    if (watches && first) work.push(streams.open(replica, client, first));
    if (asksForCycle) work.push(askForCycle(loader, principal.tenantKey));
    return Promise.all(work);
  }

  async function askForEveryone(loader: Loader, client: ModelClient, load: Load): Promise<void> {
    const { idType } = load.user;
    const query = { ...load, idType, first: 10, after: FIRST_POSITION };
    try {
      const { users, semester } = await settle(() => loader.everyone(query));
      shown.everyone.push({ client });
      checkCycle(client.principal.tenantKey, load.semesterId, semester?.name?.zhCN);
      for (const { tasks } of users) {
        if (tasks instanceof Error) continue;
        const user = { id: tasks.userId, idType };
        shown.others.push({ client, load: { ...load, user }, stageTasks: tasks });
      }
    } catch (error) {
      shown.everyone.push({ client, error });
    }
  }

  async function askForCycle(loader: Loader, tenantKey: string): Promise<void> {
    const semester = await loader.semester('1').catch(() => null);
    if (semester) checkCycle(tenantKey, '1', semester.name?.zhCN);
  }

  function checkCycle(tenantKey: string, id: string, got: string | null | undefined): void {
    if (got !== cycleOf(tenantKey, id).name?.zhCN) defects.push(`cycle of ${tenantKey}: ${got}`);
  }

  /** Runs a schedule to its end, and returns its calls and what its clients were shown. */
  async function live(schedule: Schedule) {
    shown = { loads: [], others: [], everyone: [] };
    feishu.fates.splice(0, Infinity, ...schedule.fates);
    const work = schedule.operations.map(
      (operation) =>
        new Promise((resolve, reject) => {
          clock.at(clock.now() + operation.afterMs, () => {
            const replica = replicas[operation.replica % replicas.length];
            if (replica) operate(replica, operation).then(resolve, reject);
          });
        }),
    );
    await clock.finish(Promise.all(work));
    if (defects.length > 0) throw new Error(defects.join('\n'));
    return { calls: feishu.calls.splice(0), shown };
  }

  async function close(): Promise<void> {
    streams.closeAll();
    await Promise.all(replicas.map((replica) => replica.close()));
  }

  return { live, close };
}

type Loader = ReturnType<ModelReplica['createContext']>['loader'];
