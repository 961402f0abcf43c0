import { setTimeout as delay } from 'node:timers/promises';
import type { RecordedCall } from '../../src/emulator/emulator';
import { startSteadyLoad } from '../support/steady-load';
import { story } from '../support/story';
import { startStoryGateway, type StoryGateway } from '../support/story-gateway';
import { allBut, tallyOf } from '../support/tally';
import { ANSWERED } from '../support/tasks-reader';
import { until } from '../support/until';

const listCalls = ({ emulator }: StoryGateway) => emulator.callsOf('find_by_user_list');
const tokenFetches = ({ emulator }: StoryGateway) => emulator.callsOf('tenant_token').length;
const isInProgress = ({ status, aborted }: RecordedCall) => status === undefined && !aborted;

story(
  'Thundering herd',
  {
    given:
      'cold start, 20 calls a minute; 1,000 requests at once for one page of 50 users, then 1,000 for one of 500 others each',
    promised:
      'one token, one call for the page, each user is asked for once, no call beyond the quota, each request is answered',
  },
  async ({ seen, use }) => {
    const world = use(await startStoryGateway({ emulator: { latencyMs: 300, quotaCalls: 20 } }));
    const { client, people } = world;
    const page = people(50);
    const onePage = await Promise.all(Array.from({ length: 1_000 }, () => client.read(page)));
    const callsForPage = listCalls(world).length;
    const single = await Promise.all(
      Array.from({ length: 1_000 }, (_, i) => client.read(people(1, 50 + (i % 500)))),
    );
    const outcomes = tallyOf([...onePage, ...single]);
    const asked = listCalls(world).flatMap(({ userIds = [] }) => userIds);

    seen['requests'] = onePage.length + single.length;
    seen['failed'] = allBut(ANSWERED, outcomes);
    seen['tokens'] = tokenFetches(world);
    seen['calls for the page'] = callsForPage;
    seen['calls in all'] = listCalls(world).length;
    seen['users asked for'] = asked.length;
    seen['refused by Feishu'] = listCalls(world).filter(({ status }) => status !== 200).length;
    expect(outcomes).toEqual({ [ANSWERED]: 2_000 });
    expect(tokenFetches(world)).toBe(1);
    expect(callsForPage).toBe(1);
    expect(seen['refused by Feishu']).toBe(0);
    expect(asked).toHaveLength(new Set(asked).size);
    expect(asked).toHaveLength(550);
  },
);

story(
  'Slow upstream',
  {
    given:
      'Feishu does not answer for a minute; deadline 4 s; 500 requests for new users, 500 for cached ones',
    promised:
      'new users: UPSTREAM_TIMEOUT at the deadline; cached users: answered; calls are aborted; the next call is answered',
  },
  async ({ seen, use }) => {
    const world = use(await startStoryGateway({ env: { REQUEST_DEADLINE_MS: '4000' } }));
    const { client, emulator, people } = world;
    const cached = people(50);
    await client.read(cached);
    let isSlow = true;
    emulator.script({ when: () => isSlow, times: Infinity, delayMs: 60_000 });
    const [fresh, old] = await Promise.all([
      Promise.all(Array.from({ length: 500 }, (_, i) => client.read(people(1, 50 + i)))),
      Promise.all(Array.from({ length: 500 }, () => client.read(cached))),
    ]);
    await until(() => !listCalls(world).some(isInProgress));
    isSlow = false;
    const after = await client.read(people(50, 1_000));

    seen['new users'] = allBut('', tallyOf(fresh));
    seen['cached users'] = allBut('', tallyOf(old));
    seen['calls'] = listCalls(world).length;
    seen['aborted'] = listCalls(world).filter(({ aborted }) => aborted).length;
    seen['afterwards'] = after;
    expect(tallyOf(fresh)).toEqual({ UPSTREAM_TIMEOUT: 500 });
    expect(tallyOf(old)).toEqual({ [ANSWERED]: 500 });
    expect(after).toBe(ANSWERED);
  },
);

story(
  'Upstream cut in the middle of a body',
  {
    given:
      'every second answer of Feishu ends half-way, for 20 pages of new users; then each answer',
    promised:
      'one more call for each cut and no failed request; UPSTREAM_UNAVAILABLE after three attempts',
  },
  async ({ seen, use }) => {
    const world = use(await startStoryGateway());
    const { client, emulator, people } = world;
    let calls = 0;
    const cut = { api: 'find_by_user_list', connection: 'cut-body' } as const;
    emulator.script({ ...cut, times: 20, when: () => calls++ % 2 === 0 });
    const outcomes: string[] = [];
    for (let page = 0; page < 20; page += 1)
      outcomes.push(await client.read(people(50, 50 * page)));
    const callsForPages = listCalls(world).length;
    emulator.script({ ...cut, times: Infinity });
    const last = await client.read(people(50, 1_000));

    seen['requests'] = outcomes.length;
    seen['failed'] = allBut(ANSWERED, tallyOf(outcomes));
    seen['calls'] = callsForPages;
    seen['with each answer cut'] = last;
    seen['its calls'] = listCalls(world).length - callsForPages;
    expect(tallyOf(outcomes)).toEqual({ [ANSWERED]: 20 });
    expect(callsForPages).toBe(40);
    expect(last).toBe('UPSTREAM_UNAVAILABLE');
    expect(listCalls(world)).toHaveLength(43);
  },
);

story(
  'Token revoked',
  {
    given: '100 requests/s for new users; Feishu revokes the tenant token three times',
    promised: 'one new token for each revocation; each request is answered',
  },
  async ({ seen, use }) => {
    const world = use(await startStoryGateway({ emulator: { latencyMs: 50 } }));
    const { client, emulator, people } = world;
    await client.read(people(1));
    const load = use(startSteadyLoad(100, (index) => client.read(people(1, 1 + (index % 1_999)))));
    for (let revocations = 1; revocations <= 3; revocations += 1) {
      await delay(500);
      emulator.revokeTenantTokens();
      await until(() => tokenFetches(world) > revocations);
    }
    await delay(500);
    const { sent, outcomes } = await load.stop();

    seen['requests'] = sent;
    seen['failed'] = allBut(ANSWERED, outcomes);
    seen['tokens'] = tokenFetches(world);
    seen['calls with a revoked token'] = listCalls(world).filter(
      ({ status }) => status !== 200,
    ).length;
    expect(outcomes).toEqual({ [ANSWERED]: sent });
    expect(tokenFetches(world)).toBe(4);
  },
);

story(
  'Monthly quota gone',
  {
    given: 'Feishu answers 99991403; 200 requests for new users, 200 for cached ones; /readyz',
    promised:
      'one call; new users: UPSTREAM_QUOTA_EXHAUSTED; cached users: answered, also when they are stale; /readyz is 200',
  },
  async ({ seen, use }) => {
    const world = use(await startStoryGateway({ env: { CACHE_FRESH_SECONDS: '1' } }));
    const { client, emulator, gateway, people } = world;
    const cached = people(50);
    await client.read(cached);
    await delay(1_100);
    const callsBefore = listCalls(world).length;
    emulator.script({
      api: 'find_by_user_list',
      times: Infinity,
      answer: { status: 400, code: 99991403 },
    });
    const first = await client.read(people(1, 50));
    const fresh = await Promise.all(
      Array.from({ length: 199 }, (_, i) => client.read(people(1, 51 + i))),
    );
    const stale = await Promise.all(Array.from({ length: 200 }, () => client.read(cached)));
    const { status } = await fetch(`${gateway.url}/readyz`);

    seen['new users'] = allBut('', tallyOf([first, ...fresh]));
    seen['stale users'] = allBut('', tallyOf(stale));
    seen['calls'] = listCalls(world).length - callsBefore;
    seen['/readyz'] = status;
    expect(tallyOf([first, ...fresh])).toEqual({ UPSTREAM_QUOTA_EXHAUSTED: 200 });
    expect(tallyOf(stale)).toEqual({ [ANSWERED]: 200 });
    expect(listCalls(world).length - callsBefore).toBe(1);
    expect(status).toBe(200);
  },
);
