import { VirtualClock } from '../../../bench/simulation/virtual-clock';
import { createBatcher } from '../../../src/batching/batcher';
import { createPoisonIdIsolation } from '../../../src/batching/poison-id';
import { createRefreshAhead } from '../../../src/loading/refresh-ahead';
import { GatewayError } from '../../../src/domain/errors';
import {
  ParametersRefused,
  type StageTaskQuery,
  type StageTaskSource,
} from '../../../src/feishu/ports';
import { createMemoryLedger } from '../../../src/quota/memory.ledger';
import { createQuotaGate } from '../../../src/quota/quota-gate';

/** Nobody says which cycles there are. */
const CANNOT_TELL = () => Promise.resolve(undefined);

const QUOTA = { calls: 20, windowMs: 60_000 };
const DEADLINE_MS = 15_000;

interface Settled {
  readonly askedAtMs: number;
  readonly waitedMs: number;
  readonly error: GatewayError | undefined;
}

/** The line of waiting users on virtual time, in front of an upstream that answers what it is told to. */
function openLine(failureOf: (query: StageTaskQuery, nth: number) => GatewayError | undefined) {
  const clock = new VirtualClock();
  const callTimesMs: number[] = [];
  const source: StageTaskSource = {
    ready: () => Promise.resolve(),
    async findByUserList(query) {
      callTimesMs.push(clock.now());
      const failure = failureOf(query, callTimesMs.length);
      await clock.sleep(100);
      if (failure) throw failure;
      const users = new Map(
        query.userIds.map((userId) => [userId, { userId, counts: [], stageTasks: [] }]),
      );
      return { semester: null, users, isComplete: true, fetchedAtMs: clock.now() };
    },
  };
  const ledger = createMemoryLedger(QUOTA, clock.now);
  const batches = createBatcher({
    source,
    gate: createQuotaGate({ quota: QUOTA, ledger, nowMs: clock.now }),
    poison: createPoisonIdIsolation({ nowMs: clock.now, isListed: CANNOT_TELL }),
    spareSeats: createRefreshAhead({ freshMs: 60_000, nowMs: clock.now }),
    remember: () => undefined,
    clock,
    onDefect: (error) => {
      throw error;
    },
  });
  const scope = (semesterId: string) => ({
    identity: { kind: 'app' as const },
    semesterId,
    idType: 'OPEN_ID' as const,
    filter: {},
  });
  const settled = new Map<string, Settled>();

  function askAt(atMs: number, semesterId: string, userIds: readonly string[]): void {
    clock.at(atMs, () => {
      const gone = new AbortController();
      clock.at(atMs + DEADLINE_MS, () => {
        gone.abort(new DOMException('late', 'TimeoutError'));
      });
      const caller = {
        signal: gone.signal,
        deadlineAtMs: atMs + DEADLINE_MS,
        onCall: () => undefined,
        background: false,
      };
      for (const [i, answer] of batches.ask(scope(semesterId), userIds, caller).entries()) {
        const note = (error?: GatewayError) =>
          settled.set(`${semesterId} ${userIds[i] ?? ''} ${atMs}`, {
            askedAtMs: atMs,
            waitedMs: clock.now() - atMs,
            error,
          });
        answer.then(() => note(), note);
      }
    });
  }
  return { clock, batches, scope, askAt, settled, callTimesMs };
}

const refused = () => new ParametersRefused('refused', {}, []);
const users = (count: number) => Array.from({ length: count }, (_, i) => `u${i}`);

test('A refresh that nobody waits for never holds up those who wait', async () => {
  const line = openLine(() => undefined);
  for (let i = 0; i < 40; i += 1) line.askAt(i * 4_000, 'busy', [`x${i}`]);
  line.clock.at(60_500, () => {
    line.batches.refresh(line.scope('other'), ['stale']);
  });
  await line.clock.run();

  expect([...line.settled.values()].filter((one) => one.error)).toEqual([]);
  expect(Math.max(...[...line.settled.values()].map((one) => one.waitedMs))).toBeLessThan(4_000);
});

test('When Feishu closes for longer than they can wait, those in line are told at once too', async () => {
  const line = openLine((_query, nth) =>
    nth === 1
      ? new GatewayError('UPSTREAM_RATE_LIMITED', 'closed', { retryAfterMs: 40_000 })
      : undefined,
  );
  for (let i = 0; i < 3; i += 1) line.askAt(0, 'first', [`early${i}`]);
  line.askAt(50, 'second', ['waiting']);
  line.askAt(60, 'third', ['waiting too']);
  await line.clock.run();

  const errors = [...line.settled.values()].filter((one) => one.error);
  expect(errors.length).toBeGreaterThan(0);
  for (const { error, waitedMs } of errors) {
    expect(error).toMatchObject({ code: 'UPSTREAM_RATE_LIMITED' });
    expect(error?.details.retryAfterMs).toBeGreaterThan(30_000);
    expect(waitedMs).toBeLessThan(200);
  }
});

test('A user who was answered before and is refused now does not fail the others', async () => {
  let left = false;
  const line = openLine((query) => (left && query.userIds.includes('u7') ? refused() : undefined));
  line.askAt(0, 'cycle', users(50));
  line.clock.at(1_000, () => (left = true));
  line.askAt(2_000, 'cycle', users(50));
  await line.clock.run();

  const failed = [...line.settled].filter(([, one]) => one.error).map(([key]) => key);
  expect(failed).toEqual(['cycle u7 2000']);
});

test('A user whom one cycle refuses is answered in another', async () => {
  const line = openLine((query) =>
    query.semesterId === 'old' && query.userIds.includes('u1') ? refused() : undefined,
  );
  line.askAt(0, 'old', ['u2']);
  line.askAt(5_000, 'old', ['u1']);
  line.askAt(10_000, 'new', ['u1']);
  await line.clock.run();

  const failed = [...line.settled].filter(([, one]) => one.error).map(([key]) => key);
  expect(failed).toEqual(['old u1 5000']);
});

test('A busy cycle does not shut out a quiet one', async () => {
  const line = openLine(() => undefined);
  for (let i = 0; i < 100; i += 1) {
    line.askAt(
      i * 1_000,
      'busy',
      users(9).map((user) => `${user} of ${i}`),
    );
  }
  for (let i = 0; i < 10; i += 1) line.askAt(5_000 + i * 7_000, 'quiet', [`q${i}`]);
  await line.clock.run();

  const quiet = [...line.settled].filter(([key]) => key.startsWith('quiet'));
  expect(quiet).toHaveLength(10);
  expect(quiet.filter(([, one]) => one.error)).toEqual([]);
});

test('Whoever asks again for a user who has just been answered is answered', async () => {
  const line = openLine(() => undefined);
  let again = false;
  line.clock.at(0, () => {
    const { signal } = new AbortController();
    const caller = { signal, deadlineAtMs: 15_000, onCall: () => undefined, background: false };
    const ask = () => line.batches.ask(line.scope('cycle'), ['u'], caller)[0];
    void ask()?.then(() => ask()?.then(() => (again = true)));
  });
  await line.clock.run();

  expect(again).toBe(true);
});
