import { GatewayError } from '../../../src/domain/errors';
import type { Policy } from '../../../src/domain/principal';
import { createLoadingWorld, settle } from '../../support/loading-world';

jest.setTimeout(60_000);

interface Outcome {
  readonly waitMs: number;
  readonly code: string | null;
}

interface Crowd {
  readonly count: number;
  readonly overMs: number;
  readonly fromMs?: number;
}

/** A gateway that remembers nothing, where Feishu does not list its cycles. */
function createWorld() {
  const world = createLoadingWorld({
    lifetimes: { freshMs: 0, staleMs: 0 },
    answerOf: () => null,
    fateOf: () => ({ latencyMs: 300 }),
  });
  const { clock } = world;

  async function ask(name: string, policy: Policy, semesterId: string): Promise<Outcome> {
    const askedAtMs = clock.now();
    const user = { id: name, idType: 'OPEN_ID' } as const;
    const principal = { kind: 'user', name, policy, ids: [user], tenantKey: null } as const;
    const { loader, principalQuota } = world.startOperation(principal);
    principalQuota.reserve(1);
    const code = await settle(() => loader.stageTasks(user, semesterId, {}, Infinity)).then(
      () => null,
      (error: unknown) => (error instanceof GatewayError ? error.code : String(error)),
    );
    principalQuota.settle();
    return { waitMs: clock.now() - askedAtMs, code };
  }

  /** Operations of one user each, evenly spread over a time. */
  function send(
    { count, overMs, fromMs = 0 }: Crowd,
    policy: Policy,
    cycleOf: (nth: number) => string,
  ): Promise<Outcome>[] {
    const outcomes: Promise<Outcome>[] = [];
    for (let i = 0; i < count; i += 1) {
      clock.at(fromMs + Math.floor((i * overMs) / count), () => {
        outcomes.push(ask(`${policy} ${i}`, policy, cycleOf(i)));
      });
    }
    return outcomes;
  }

  return { run: world.run, send };
}

const failed = (outcomes: readonly Outcome[]) => outcomes.filter(({ code }) => code !== null);
const longest = (outcomes: readonly Outcome[]) => Math.max(...outcomes.map(({ waitMs }) => waitMs));

describe('people who read their own tasks', () => {
  test.each([
    ['600 a minute for three minutes', { count: 1_800, overMs: 180_000 }],
    ['700 at the same moment', { count: 700, overMs: 1 }],
    ['120 a minute for three minutes', { count: 360, overMs: 180_000 }],
  ])('are all answered about one cycle: %s', async (_, crowd) => {
    const { run, send } = createWorld();
    const outcomes = send(crowd, 'self', () => 'the cycle');
    await run();
    const all = await Promise.all(outcomes);
    expect(all).toHaveLength(crowd.count);
    expect(failed(all)).toEqual([]);
    expect(longest(all)).toBeLessThan(6_000);
  });

  test('leave calls to services even when each asks about a made-up cycle', async () => {
    const { run, send } = createWorld();
    const people = send({ count: 300, overMs: 120_000 }, 'self', (nth) => `made-up ${nth}`);
    const services = send({ count: 6, overMs: 120_000, fromMs: 5_000 }, 'all', () => 'the cycle');
    await run();
    const served = await Promise.all(services);
    const refused = failed(await Promise.all(people));
    expect(served).toHaveLength(6);
    expect(failed(served)).toEqual([]);
    expect(longest(served)).toBeLessThan(4_000);
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['RATE_LIMITED']));
  });
});
