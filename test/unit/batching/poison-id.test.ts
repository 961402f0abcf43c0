import fc from 'fast-check';
import { VirtualClock } from '../../../bench/simulation/virtual-clock';
import type { Question } from '../../../src/batching/planner';
import { createBatcher } from '../../../src/batching/batcher';
import { createPoisonIdIsolation, type PoisonIdIsolation } from '../../../src/batching/poison-id';
import { createRefreshAhead } from '../../../src/loading/refresh-ahead';
import type { BatchScope } from '../../../src/batching/scope';
import { GatewayError } from '../../../src/domain/errors';
import { Secret } from '../../../src/domain/secret';
import { ParametersRefused, type StageTaskSource } from '../../../src/feishu/ports';
import { createMemoryLedger } from '../../../src/quota/memory.ledger';
import { createQuotaGate } from '../../../src/quota/quota-gate';
import { ManualClock } from '../../support/manual-clock';

/** Nobody says which cycles there are. */
const CANNOT_TELL = () => Promise.resolve(undefined);

const SCOPE: BatchScope = {
  identity: { kind: 'app' },
  semesterId: '1',
  idType: 'OPEN_ID',
  filter: {},
};
const MINUTE_MS = 60_000;
const BAD = 'ou_bad';

const UPSTREAM = { code: 1580102, httpStatus: 400, logId: 'log-1' };
/** What Feishu says, and whom it names as the reason. */
const refused = (...named: readonly string[]) =>
  new ParametersRefused('Feishu refused the parameters.', { upstream: UPSTREAM }, named);

const idsOf = (count: number, prefix = 'ou_') =>
  Array.from({ length: count }, (_, i) => `${prefix}${i + 1}`);
/** As many IDs, with the bad one at this place. */
const withBadAt = (place: number, count = 50) => idsOf(count - 1).toSpliced(place, 0, BAD);
const questionsOf = (ids: readonly string[]): Question[] =>
  ids.map((userId) => ({ userId, leaveByMs: 0, background: false }));
const usersOf = (groups: readonly (readonly Question[])[]) =>
  groups.map((group) => group.map(({ userId }) => userId));

/** Asks, and asks the groups of a refused call apart, in the order in which they come up. */
async function search(
  isolation: PoisonIdIsolation,
  ids: readonly string[],
  isBad: (id: string) => boolean,
  scope = SCOPE,
  /** Whom Feishu names as the reason, of those whom it was asked for. */
  nameOf: (asked: readonly string[]) => readonly string[] = () => [],
) {
  const result = { calls: [] as string[][], answered: [] as string[], failed: [] as string[] };
  const waiting = [questionsOf(ids)];
  for (let group = waiting.shift(); group; group = waiting.shift()) {
    const asked = group.map(({ userId }) => userId);
    result.calls.push(asked);
    if (!asked.some(isBad)) {
      isolation.noteAnswered(scope, asked);
      result.answered.push(...asked);
      continue;
    }
    const error = refused(...nameOf(asked));
    const groups = (await isolation.separate(scope, group, error)).map((one) => [...one]);
    if (groups.length === 0) result.failed.push(...asked);
    waiting.push(...groups);
  }
  return result;
}

/** A search for one among 50 takes six halvings; each costs a call for either half. */
const MOST_CALLS_FOR_ONE_BAD_ID = 1 + 2 * 6;

function isolationOf(
  answered: readonly string[] = ['ou_known'],
  isListed: (semesterId: string) => Promise<boolean | undefined> = CANNOT_TELL,
) {
  const clock = new ManualClock();
  const isolation = createPoisonIdIsolation({ nowMs: clock.now, isListed });
  // Somebody has been answered about the cycle, so that it is not what is wrong.
  if (answered.length > 0) isolation.noteAnswered(SCOPE, answered);
  return { clock, isolation };
}

describe('one bad ID among 49 good ones', () => {
  it('is found, wherever it stands, and fails nobody else', async () => {
    for (let place = 0; place < 50; place += 1) {
      const { isolation } = isolationOf();
      const { failed, answered, calls } = await search(
        isolation,
        withBadAt(place),
        (id) => id === BAD,
      );
      expect(failed).toEqual([BAD]);
      expect(new Set(answered)).toEqual(new Set(idsOf(49)));
      expect(calls.length).toBeLessThanOrEqual(MOST_CALLS_FOR_ONE_BAD_ID);
    }
  });

  it('is found in a cycle that nobody has been answered about as well', async () => {
    for (let place = 0; place < 50; place += 1) {
      const { isolation } = isolationOf([]);
      const { failed, answered } = await search(isolation, withBadAt(place), (id) => id === BAD);
      expect(failed).toEqual([BAD]);
      expect(answered).toHaveLength(49);
    }
  });

  it('costs two calls more when the others have been answered before: they are asked again together', async () => {
    const { isolation } = isolationOf(idsOf(49));
    const { calls, failed } = await search(isolation, withBadAt(20), (id) => id === BAD);
    expect(calls).toEqual([withBadAt(20), idsOf(49), [BAD]]);
    expect(failed).toEqual([BAD]);
  });

  it('costs no more when the others have been answered before under another filter', async () => {
    const { isolation } = isolationOf(idsOf(49));
    const filtered: BatchScope = { ...SCOPE, filter: { options: ['TODO'] } };
    const { calls } = await search(isolation, withBadAt(20), (id) => id === BAD, filtered);
    expect(calls).toEqual([withBadAt(20), idsOf(49), [BAD]]);
  });

  it('is one ID, however many ask for it', async () => {
    const { isolation } = isolationOf();
    const threeCallers = questionsOf([BAD, BAD, BAD]);
    expect(await isolation.separate(SCOPE, threeCallers, refused())).toEqual([]);
    expect(isolation.refusalOf(SCOPE, BAD)).toBeDefined();
  });

  it('keeps all who ask for the same user together', async () => {
    const { isolation } = isolationOf();
    const groups = await isolation.separate(
      SCOPE,
      questionsOf(['a', 'b', 'a', 'b', 'c']),
      refused(),
    );
    expect(usersOf(groups)).toEqual([['a', 'b', 'a', 'b'], ['c']]);
  });

  it('is found even if it was good once, such as the ID of somebody who has left', async () => {
    const { isolation } = isolationOf([...idsOf(49), BAD]);
    const { failed, answered } = await search(isolation, withBadAt(20), (id) => id === BAD);
    expect(failed).toEqual([BAD]);
    expect(answered).toHaveLength(49);
  });
});

describe('a bad ID that Feishu names', () => {
  const isBad = (id: string) => id.startsWith('ou_bad');
  const firstBad = (asked: readonly string[]) => asked.filter(isBad).slice(0, 1);

  it.each([0, 24, 49])('is checked once: three calls, wherever it stands (%i)', async (place) => {
    const { isolation } = isolationOf();
    const result = await search(isolation, withBadAt(place), isBad, SCOPE, firstBad);
    expect(result.calls).toEqual([withBadAt(place), [BAD], idsOf(49)]);
    expect(result.failed).toEqual([BAD]);
    expect(isolation.refusalOf(SCOPE, BAD)).toBeDefined();
  });

  it('costs as little in a cycle that nobody has been answered about, if Feishu lists it', async () => {
    const { isolation } = isolationOf([], () => Promise.resolve(true));
    const { calls, failed } = await search(isolation, withBadAt(7), isBad, SCOPE, firstBad);
    expect(calls).toHaveLength(3);
    expect(failed).toEqual([BAD]);
    expect(isolation.refusalOf(SCOPE, BAD)).toBeDefined();
  });

  it('is found all the same if it was good once', async () => {
    const { isolation } = isolationOf([...idsOf(49), BAD]);
    const { calls, failed } = await search(isolation, withBadAt(7), isBad, SCOPE, firstBad);
    expect(calls).toHaveLength(3);
    expect(failed).toEqual([BAD]);
  });

  it('is one of several, named one after the other: each costs two calls', async () => {
    const { isolation } = isolationOf();
    const bad = idsOf(5, 'ou_bad');
    const ids = [...idsOf(45), ...bad];
    const { calls, failed, answered } = await search(isolation, ids, isBad, SCOPE, firstBad);
    expect(calls.length).toBeLessThanOrEqual(1 + 2 * 5);
    expect(failed).toEqual(bad);
    expect(new Set(answered)).toEqual(new Set(idsOf(45)));
  });

  it('is one of several, named together: they are asked apart from all others', async () => {
    const { isolation } = isolationOf();
    const bad = idsOf(2, 'ou_bad');
    const allBad = (asked: readonly string[]) => asked.filter(isBad);
    const ids = [...idsOf(48), ...bad];
    const { calls, failed } = await search(isolation, ids, isBad, SCOPE, allBad);
    expect(calls).toHaveLength(5);
    expect(failed).toEqual(bad);
  });

  it('is not taken for bad on its name alone: the search goes on as without a name', async () => {
    const { isolation } = isolationOf();
    const wrong = (asked: readonly string[]) => asked.filter((id) => !isBad(id)).slice(0, 1);
    const { calls, failed, answered } = await search(isolation, withBadAt(30), isBad, SCOPE, wrong);
    expect(failed).toEqual([BAD]);
    expect(new Set(answered)).toEqual(new Set(idsOf(49)));
    expect(calls.length).toBeLessThanOrEqual(2 + MOST_CALLS_FOR_ONE_BAD_ID);
    for (const id of idsOf(49)) expect(isolation.refusalOf(SCOPE, id)).toBeUndefined();
  });

  it('whatever Feishu names, is found, fails nobody else, and ends the search', async () => {
    const ids = withBadAt(20, 12);
    const names = fc.array(fc.subarray([...ids, 'ou_stranger']), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(names, async (said) => {
        const { isolation } = isolationOf();
        const coming = [...said];
        const { calls, failed } = await search(
          isolation,
          ids,
          (id) => id === BAD,
          SCOPE,
          () => coming.shift() ?? [],
        );
        expect(failed).toEqual([BAD]);
        expect(calls.length).toBeLessThanOrEqual(2 * ids.length);
      }),
    );
  });
});

describe('a call that took users along whom nobody asked for', () => {
  it('is asked again without them, and blames nobody, though one of them has turned bad', async () => {
    const { isolation } = isolationOf([...idsOf(3), BAD]);
    const asked = questionsOf(['ou_1']);
    expect(await isolation.separate(SCOPE, asked, refused(), [BAD])).toEqual([asked]);
    expect(isolation.refusalOf(SCOPE, 'ou_1')).toBeUndefined();
    expect(isolation.refusalOf(SCOPE, BAD)).toBeUndefined();
  });
});

describe('a culprit', () => {
  async function found() {
    const { clock, isolation } = isolationOf();
    await search(isolation, withBadAt(7), (id) => id === BAD);
    return { clock, isolation };
  }

  it('is refused without a call, with what Feishu said of it', async () => {
    const { isolation } = await found();
    expect(isolation.refusalOf(SCOPE, BAD)).toMatchObject({
      code: 'UPSTREAM_REJECTED',
      details: { upstream: { code: 1580102 } },
    });
  });

  it('is refused without a call whatever the filter', async () => {
    const { isolation } = await found();
    const filtered: BatchScope = { ...SCOPE, filter: { options: ['TODO'] } };
    expect(isolation.refusalOf(filtered, BAD)).toBeDefined();
  });

  it('is remembered for ten minutes, and then tried again', async () => {
    const [inTime, later] = [await found(), await found()];
    inTime.clock.advance(10 * MINUTE_MS);
    expect(inTime.isolation.refusalOf(SCOPE, BAD)).toBeDefined();
    later.clock.advance(10 * MINUTE_MS + 1);
    expect(later.isolation.refusalOf(SCOPE, BAD)).toBeUndefined();
  });

  it('casts no suspicion on its neighbours, nor on the same letters as another kind of ID', async () => {
    const { isolation } = await found();
    for (const id of idsOf(49)) expect(isolation.refusalOf(SCOPE, id)).toBeUndefined();
    expect(isolation.refusalOf({ ...SCOPE, idType: 'USER_ID' }, BAD)).toBeUndefined();
  });

  it('is not who a user’s own token may not ask for: the app still may', async () => {
    const { isolation } = isolationOf();
    const identity = { kind: 'user' as const, accessToken: new Secret('u-curious') };
    const colleague = questionsOf(['ou_colleague']);
    await isolation.separate({ ...SCOPE, identity }, colleague, refused());
    expect(isolation.refusalOf(SCOPE, 'ou_colleague')).toBeUndefined();
  });
});

describe('a cycle that nobody has been answered about', () => {
  it('is asked about again as soon as an answer shows that it exists', async () => {
    const { isolation } = isolationOf([], () => Promise.resolve(false));
    await search(isolation, idsOf(2), () => true);
    isolation.noteAnswered(SCOPE, ['ou_known']);
    expect(isolation.refusalOf(SCOPE, 'ou_1')).toBeUndefined();
  });

  it('is not asked about for a minute, once Feishu has refused it and does not list it', async () => {
    const { clock, isolation } = isolationOf([], () => Promise.resolve(false));
    const { calls } = await search(isolation, idsOf(50), () => true);
    expect(calls).toHaveLength(1);
    expect(isolation.refusalOf(SCOPE, 'ou_else')).toMatchObject({
      code: 'UPSTREAM_REJECTED',
      message: 'Feishu lists no review cycle with the ID 1.',
      details: { upstream: UPSTREAM },
    });
    expect(isolation.refusalOf({ ...SCOPE, semesterId: '2' }, 'ou_else')).toBeUndefined();
    clock.advance(MINUTE_MS + 1);
    expect(isolation.refusalOf(SCOPE, 'ou_else')).toBeUndefined();
  });

  it('is not suspected if Feishu lists it: each of several bad IDs is found, and nobody else fails', async () => {
    const { isolation } = isolationOf([], () => Promise.resolve(true));
    const bad = idsOf(3, 'ou_bad');
    const { failed, answered } = await search(isolation, [...bad, ...idsOf(47)], (id) =>
      id.startsWith('ou_bad'),
    );
    expect(new Set(failed)).toEqual(new Set(bad));
    expect(answered).toHaveLength(47);
    for (const id of bad) expect(isolation.refusalOf(SCOPE, id)).toBeDefined();
  });
});

describe('a cycle that Feishu does not take, and of which nobody can say whether it exists', () => {
  it('is blamed after at most five calls for 50 users, and no ID is', async () => {
    const { isolation } = isolationOf([]);
    const { calls, failed } = await search(isolation, idsOf(50), () => true);
    expect(calls.length).toBeLessThanOrEqual(5);
    expect(new Set(failed)).toEqual(new Set(idsOf(50)));
    for (const id of idsOf(50)) expect(isolation.refusalOf(SCOPE, id)).toBeUndefined();
  });

  it('fails its further calls as they are', async () => {
    const { isolation } = isolationOf([]);
    await search(isolation, idsOf(50), () => true);
    expect((await search(isolation, idsOf(50, 'ou_other'), () => true)).calls).toHaveLength(1);
  });

  it('says nothing against the users of another cycle', async () => {
    const { isolation } = isolationOf([]);
    await search(isolation, idsOf(50), () => true);
    const other = { ...SCOPE, semesterId: '2' };
    const { failed, answered } = await search(isolation, withBadAt(30), (id) => id === BAD, other);
    expect(failed).toEqual([BAD]);
    expect(answered).toHaveLength(49);
  });

  it('is given another chance as soon as it has an answer', async () => {
    const { isolation } = isolationOf([]);
    await search(isolation, idsOf(50), () => true);
    isolation.noteAnswered(SCOPE, ['ou_known']);
    expect((await search(isolation, withBadAt(3), (id) => id === BAD)).failed).toEqual([BAD]);
  });

  it('is given another chance a minute later', async () => {
    const { clock, isolation } = isolationOf([]);
    await search(isolation, idsOf(50), () => true);
    clock.advance(MINUTE_MS + 1);
    expect((await search(isolation, withBadAt(3), (id) => id === BAD)).failed).toEqual([BAD]);
  });

  it('never makes a culprit of a user who was asked for alone', async () => {
    const { isolation } = isolationOf([]);
    await search(isolation, ['ou_1'], () => true);
    expect(isolation.refusalOf(SCOPE, 'ou_1')).toBeUndefined();
  });
});

describe('a call that failed for another reason', () => {
  it.each([
    ['Feishu refused it for another reason', new GatewayError('UPSTREAM_REJECTED', 'no')],
    ['there were too many calls', new GatewayError('UPSTREAM_RATE_LIMITED', 'wait')],
    ['no answer came', new GatewayError('UPSTREAM_UNAVAILABLE', 'Feishu could not be reached.')],
    ['the gateway has a defect', new Error('1580102')],
  ])('is not asked again apart when %s', async (_, error) => {
    const { isolation } = isolationOf();
    expect(await isolation.separate(SCOPE, questionsOf(idsOf(50)), error)).toEqual([]);
    expect(await isolation.separate(SCOPE, questionsOf(['ou_1']), error)).toEqual([]);
    expect(isolation.refusalOf(SCOPE, 'ou_1')).toBeUndefined();
  });
});

describe('the gateway, when Feishu refuses any call with a bad ID in it', () => {
  const QUOTA = { calls: 20, windowMs: MINUTE_MS };
  const PATIENCE_MS = 20 * MINUTE_MS;

  function createWorld(isBad = (id: string) => id.startsWith('ou_bad')) {
    const clock = new VirtualClock();
    const calls: { readonly atMs: number; readonly userIds: readonly string[] }[] = [];
    const source: StageTaskSource = {
      ready: () => Promise.resolve(),
      async findByUserList({ userIds }) {
        calls.push({ atMs: clock.now(), userIds });
        await clock.sleep(100);
        if (userIds.some(isBad)) throw refused();
        const users = new Map(
          userIds.map((userId) => [userId, { userId, counts: [], stageTasks: [] }]),
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
    const outcomes = new Map<string, string[]>();
    function ask(atMs: number, userId: string): void {
      clock.at(atMs, () => {
        const { signal } = new AbortController();
        const deadlineAtMs = atMs + PATIENCE_MS;
        const caller = { signal, deadlineAtMs, onCall: () => undefined, background: false };
        const note = (outcome: string) =>
          outcomes.set(userId, [...(outcomes.get(userId) ?? []), outcome]);
        for (const answer of batches.ask(SCOPE, [userId], caller)) {
          void answer.then(
            ({ stageTasks }) => note(stageTasks?.userId ?? 'nobody'),
            (error: unknown) => note(error instanceof GatewayError ? error.code : String(error)),
          );
        }
      });
    }
    return { clock, calls, ask, outcomes };
  }

  it.each([0, 24, 25, 49])(
    'answers 49 strangers within 13 calls, the bad one being number %i',
    async (place) => {
      const { clock, calls, ask, outcomes } = createWorld((id) => id === BAD);
      ask(0, 'ou_known');
      for (const id of withBadAt(place)) ask(1_000, id);
      await clock.run();
      for (const id of idsOf(49)) expect(outcomes.get(id)).toEqual([id]);
      expect(outcomes.get(BAD)).toEqual(['UPSTREAM_REJECTED']);
      expect(calls.length - 1).toBeLessThanOrEqual(MOST_CALLS_FOR_ONE_BAD_ID);
    },
  );

  it('answers everybody good among several bad ones too, at 12 calls for each of those', async () => {
    const { clock, calls, ask, outcomes } = createWorld();
    ask(0, 'ou_known');
    for (const id of [...idsOf(45), ...idsOf(5, 'ou_bad')]) ask(1_000, id);
    await clock.run();
    for (const id of idsOf(45)) expect(outcomes.get(id)).toEqual([id]);
    for (const id of idsOf(5, 'ou_bad')) expect(outcomes.get(id)).toEqual(['UPSTREAM_REJECTED']);
    expect(calls.length - 1).toBeLessThanOrEqual(1 + 12 * 5);
  });

  it('spends nothing on the same bad caller coming a hundred times in ten minutes', async () => {
    const { clock, calls, ask, outcomes } = createWorld();
    for (const id of [...idsOf(49), BAD]) ask(0, id);
    const foundAtMs = MINUTE_MS;
    for (let i = 0; i < 100; i += 1) ask(foundAtMs + i * 5_000, BAD);
    await clock.run();
    expect(outcomes.get(BAD)).toEqual(Array<string>(101).fill('UPSTREAM_REJECTED'));
    expect(calls.filter(({ atMs }) => atMs >= foundAtMs)).toEqual([]);
  });

  it('spends at most two calls on a hundred times in 25 minutes: it tries again every ten', async () => {
    const { clock, calls, ask, outcomes } = createWorld();
    for (const id of [...idsOf(49), BAD]) ask(0, id);
    const foundAtMs = MINUTE_MS;
    for (let i = 0; i < 100; i += 1) ask(foundAtMs + i * 15_000, BAD);
    await clock.run();
    expect(outcomes.get(BAD)).toHaveLength(101);
    const further = calls.filter(({ atMs }) => atMs >= foundAtMs);
    expect(further.length).toBeGreaterThan(0);
    expect(further.length).toBeLessThanOrEqual(2);
  });

  it('lets nobody new share a call with those it searches among', async () => {
    const { clock, calls, ask, outcomes } = createWorld();
    ask(0, 'ou_known');
    for (const id of [...idsOf(49), BAD]) ask(1_000, id);
    // Comes while the halves are being asked.
    ask(1_150, 'ou_new');
    await clock.run();
    expect(outcomes.get('ou_new')).toEqual(['ou_new']);
    const withNew = calls.filter(({ userIds }) => userIds.includes('ou_new'));
    expect(withNew.map(({ userIds }) => userIds)).toEqual([['ou_new']]);
  });
});
