import { setTimeout as delay } from 'node:timers/promises';
import { describeWithRedis } from '../support/describe-with-redis';
import { openIds } from '../support/expected';
import { startReplicas } from '../support/replicas';
import { startSteadyLoad } from '../support/steady-load';
import { story } from '../support/story';
import { MANY_CLIENTS, startStoryGateway } from '../support/story-gateway';
import { allBut } from '../support/tally';
import { ANSWERED, createTasksReader, type TasksReader } from '../support/tasks-reader';
import { startTcpBalancer } from '../support/tcp-balancer';
import { until } from '../support/until';

const REQUESTS_PER_SECOND = 500;
const DEADLINE_MS = 15_000;
/** docs/operations.md: it exits with 1 when the drain takes 10 s longer than the deadline. */
const DRAIN_MS = DEADLINE_MS + 10_000;
/** Longer than the 3 s for which a draining gateway accepts connections. */
const SLOW_CALL_MS = 6_000;
/** Within the 3 s for which a draining gateway accepts connections. */
const NOTICED_AFTER_MS = 1_000;
const ENV = {
  ...MANY_CLIENTS,
  NODE_ENV: 'production',
  REQUEST_DEADLINE_MS: String(DEADLINE_MS),
};

/** One request in 50 is for a user that is not cached, the others for five cached ones. */
function createReading(userIds: readonly string[]) {
  const cached = userIds.slice(0, 200);
  const others = userIds.slice(200, 1_900);
  return {
    cached,
    /** @returns the users of the request with this number */
    usersOf: (index: number) =>
      index % 50 === 0
        ? others.slice((index / 50) % 1_700).slice(0, 1)
        : cached.slice(index % 195).slice(0, 5),
  };
}

story(
  'SIGTERM under load',
  {
    given: `${REQUESTS_PER_SECOND} requests/s, one in 50 for a new user; 20 more wait for a call of ${SLOW_CALL_MS / 1_000} s; SIGTERM; clients stop ${NOTICED_AFTER_MS / 1_000} s later, as if a balancer had read /readyz`,
    promised: `each request is answered; exit code 0 within ${DRAIN_MS / 1_000} s`,
  },
  async ({ seen, use }) => {
    const { client, emulator, gateway, people } = use(
      await startStoryGateway({ emulator: { latencyMs: 100 }, env: ENV }),
    );
    const { cached, usersOf } = createReading(people(2_000));
    await client.read(cached);
    const load = use(startSteadyLoad(REQUESTS_PER_SECOND, (index) => client.read(usersOf(index))));
    await delay(2_000);
    const slowUsers = people(1, 1_950);
    const isSlow = ({ userIds = [] }: { userIds?: readonly string[] }) =>
      userIds.includes(slowUsers[0] ?? '');
    emulator.script({ when: isSlow, delayMs: SLOW_CALL_MS });
    const slow = Promise.all(Array.from({ length: 20 }, () => client.read(slowUsers)));
    await until(() => emulator.callsOf('find_by_user_list').some(isSlow), 30_000);

    const sentBefore = load.sent();
    const signalledMs = performance.now();
    gateway.process.kill('SIGTERM');
    load.sendUntil(signalledMs + NOTICED_AFTER_MS);
    await delay(NOTICED_AFTER_MS);
    const { sent, perSecond, outcomes } = await load.stop();
    const slowOutcomes = await slow;
    const exitCode = await gateway.exit;
    const exitMs = performance.now() - signalledMs;

    seen['requests'] = sent + slowOutcomes.length;
    seen['requests/s'] = perSecond;
    seen['sent after SIGTERM'] = sent - sentBefore;
    seen['failed'] = allBut(ANSWERED, outcomes);
    seen['exit code'] = String(exitCode);
    seen['seconds to the exit'] = (exitMs / 1_000).toFixed(1);
    expect(outcomes).toEqual({ [ANSWERED]: sent });
    expect(new Set(slowOutcomes)).toEqual(new Set([ANSWERED]));
    expect(sent).toBeGreaterThan(sentBefore);
    expect(exitCode).toBe(0);
    expect(exitMs).toBeLessThan(DRAIN_MS);
  },
);

describeWithRedis('With Redis', () => {
  story(
    'Rolling replacement of 3 replicas',
    {
      given:
        '100 requests/s through a TCP balancer that reads /readyz; each of 3 replicas stops on SIGTERM and starts again, one after the other',
      promised: 'each request is answered; each replica exits with 0',
    },
    async ({ seen, use }) => {
      const replicas = use(
        await startReplicas({ count: 3, quotaCalls: 100_000, windowSeconds: 60, env: ENV }),
      );
      const { emulator, processes } = replicas;
      const balancer = use(await startTcpBalancer(() => processes.map(({ url }) => url)));
      const options = { url: balancer.url, semesterId: emulator.semesters.at(-1)?.id ?? '' };
      const kept = use(createTasksReader(options));
      const once = use(createTasksReader({ ...options, keepAlive: false }));
      const { cached, usersOf } = createReading(openIds(emulator.people));
      await kept.read(cached);
      // One request in six opens a connection of its own.
      const clientOf = (index: number): TasksReader => (index % 6 === 0 ? once : kept);
      const load = use(startSteadyLoad(100, (index) => clientOf(index).read(usersOf(index))));

      const exitCodes: unknown[] = [];
      for (const replica of processes.keys()) {
        await until(() => balancer.readyCount() === 3);
        exitCodes.push(await replicas.restart(replica));
      }
      await until(() => balancer.readyCount() === 3);
      const { sent, perSecond, outcomes } = await load.stop();

      seen['requests'] = sent;
      seen['requests/s'] = perSecond;
      seen['failed'] = allBut(ANSWERED, outcomes);
      seen['connections without a ready replica'] = balancer.refusedCount();
      seen['exit codes'] = exitCodes.join(' ');
      seen['calls that Feishu refused'] = emulator.calls.filter(({ code }) => code !== 0).length;
      expect(outcomes).toEqual({ [ANSWERED]: sent });
      expect(exitCodes).toEqual([0, 0, 0]);
    },
  );
});
