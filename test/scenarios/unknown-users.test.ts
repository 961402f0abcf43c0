import { SemesterTasksDocument } from '../generated/operations';
import { expectOwnTasks, openIds } from '../support/expected';
import { startGateway, type TestGateway } from '../support/gateway';
import { MovableClock } from '../support/movable-clock';
import { until } from '../support/until';

let gateway: TestGateway;
afterEach(() => gateway.close());

let clock: MovableClock;

async function start() {
  clock = new MovableClock();
  gateway = await startGateway({
    clock,
    emulator: { now: clock.unixMs },
    env: { CACHE_FRESH_SECONDS: '60', CACHE_STALE_SECONDS: '3600' },
  });
}

const people = (count: number) => openIds(gateway.emulator.people.slice(0, count));
const listCalls = () => gateway.emulator.callsOf('find_by_user_list');

async function ask(userIds: readonly string[]) {
  const { semesterId } = gateway;
  const answer = await gateway.query(SemesterTasksDocument, { semesterId, userIds });
  return { ...answer, tasks: answer.data?.semester?.userStageTasks ?? [] };
}

describe('A user whom Feishu did not know an hour ago', () => {
  const unknown = `ou_${'0'.repeat(32)}`;
  const askOf = async (userIds: readonly string[]) => {
    const { tasks, errors, extensions, headers } = await ask(userIds);
    const { usersStale } = (extensions as { upstream: { usersStale: number } }).upstream;
    return { tasks, errors, usersStale, cacheControl: headers.get('cache-control') };
  };

  test('is fetched before the answer, in one call with other stale users', async () => {
    await start();
    const userIds = [unknown, ...people(49)];
    const known = (await ask(userIds)).tasks.filter((tasks) => tasks !== null);
    clock.advance(58 * 60_000);
    gateway.emulator.clearCalls();

    const { tasks, usersStale } = await askOf(userIds);
    expect(tasks[0]).toBeNull();
    expect(usersStale).toBe(known.length);
    await until(() => listCalls().length > 0);
    expect(listCalls().map((call) => [...(call.userIds ?? [])].sort())).toEqual([
      [...userIds].sort(),
    ]);
  });

  test('is answered from the cache, marked as stale, while Feishu is down', async () => {
    await start();
    const [known = ''] = people(1);
    await ask([unknown, known]);
    await gateway.emulator.close();
    clock.advance(58 * 60_000);

    expect(await askOf([unknown])).toEqual({
      tasks: [null],
      errors: [],
      usersStale: 1,
      cacheControl: 'no-store',
    });
    expect(await askOf([unknown, known])).toMatchObject({ usersStale: 2 });
  });

  test('has tasks as soon as Feishu has some', async () => {
    await start();
    const [newcomer = ''] = people(1);
    gateway.emulator.script({
      api: 'find_by_user_list',
      answer: { status: 200, rawBody: '{"code":0,"msg":"","data":{"items":[]}}' },
    });
    expect((await ask([newcomer])).tasks).toEqual([null]);
    clock.advance(58 * 60_000);
    expectOwnTasks(gateway, [newcomer], (await ask([newcomer])).tasks);
  });

  test('is an error if Feishu refuses the call now', async () => {
    await start();
    await ask([unknown]);
    gateway.emulator.script({
      api: 'find_by_user_list',
      answer: { status: 400, code: 99991672 },
      times: Infinity,
    });
    clock.advance(58 * 60_000);
    const { errors } = await ask([unknown]);
    expect(errors[0]?.extensions.code).toBe('UPSTREAM_PERMISSION_DENIED');
  });
});
