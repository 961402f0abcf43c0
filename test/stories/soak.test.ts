import { setTimeout as delay } from 'node:timers/promises';
import { connect } from '../support/raw-http';
import { startMeasuredGateway } from '../support/gateway-process';
import { slopeOf } from '../support/slope';
import { story } from '../support/story';
import { startStoryWith } from '../support/story-gateway';
import { allBut, tallyOf } from '../support/tally';
import { ANSWERED } from '../support/tasks-reader';

/** Ten requests a second for an hour, sent as fast as they are answered. */
const REQUESTS = 36_000;
const ROUNDS = 72;
/** Caches and compiled code grow until they are full. */
const WARM_UP_ROUNDS = 24;
const CLIENTS = 50;
const CACHED_USERS = 500;
const SETTLING_MS = 100;
/** A heap of 512 MB would last for two days. It is well above the error. */
const MAX_MB_AN_HOUR = 10;
const MEGABYTE = 1024 * 1024;

story(
  'An hour of requests',
  {
    given: `${REQUESTS} requests in ${ROUNDS} rounds: pages, single users and users that left the cache; calls that fail; clients that hang up; a new token every 10 s`,
    promised:
      'each request is answered; after garbage collection, memory grows no more than the measurement varies',
  },
  async ({ seen, use }) => {
    const { client, emulator, gateway, people } = use(
      await startStoryWith(startMeasuredGateway, {
        emulator: { tokenLifeSeconds: 20 },
        env: {
          CACHE_FRESH_SECONDS: '2',
          CACHE_STALE_SECONDS: '4',
          CACHE_MAX_USERS: String(CACHED_USERS),
        },
      }),
    );
    const everyone = people(2_000);
    let calls = 0;
    const isUnlucky = () => calls++ % 50 === 0;
    emulator.script({
      ...{ api: 'find_by_user_list', connection: 'cut-body', times: Infinity },
      when: isUnlucky,
    });

    /** One request in a hundred hangs up. */
    async function send(index: number): Promise<string> {
      if (index % 100 === 0) {
        const { socket, closed } = await connect(
          gateway.url,
          'POST /graphql HTTP/1.1\r\nHost: a\r\n',
        );
        socket.destroy();
        await closed;
        return ANSWERED;
      }
      const from = (index * 37) % 1_990;
      return client.read(everyone.slice(from, from + (index % 4 === 0 ? 10 : 1)));
    }

    const outcomes: string[] = [];
    async function runRound(round: number): Promise<void> {
      const end = ((round + 1) * REQUESTS) / ROUNDS;
      let next = (round * REQUESTS) / ROUNDS;
      const clients = Array.from({ length: CLIENTS }, async () => {
        while (next < end) outcomes.push(await send(next++));
      });
      await Promise.all(clients);
    }

    const heaps: number[] = [];
    const externals: number[] = [];
    for (let round = 0; round < WARM_UP_ROUNDS; round += 1) await runRound(round);
    for (let round = WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
      await runRound(round);
      // Until log lines are taken, and background refreshes are done.
      await delay(SETTLING_MS);
      const { heapUsed, external } = await gateway.readMemory();
      heaps.push(heapUsed / MEGABYTE);
      externals.push(external / MEGABYTE);
    }
    const { perStep, error } = slopeOf(heaps);
    const tally = tallyOf(outcomes);

    seen['requests'] = outcomes.length;
    seen['failed'] = allBut(ANSWERED, tally);
    seen['calls'] = calls;
    seen['tokens'] = emulator.callsOf('tenant_token').length;
    seen['heap after GC'] = `${rangeOf(heaps)} MB in ${heaps.length} rounds`;
    seen['buffers'] = `${rangeOf(externals)} MB`;
    seen['slope'] = `${hourOf(perStep)} ± ${hourOf(error)} MB an hour`;
    expect(tally).toEqual({ [ANSWERED]: REQUESTS });
    expect(perStep).toBeLessThan(3 * error);
    expect(perStep * ROUNDS).toBeLessThan(MAX_MB_AN_HOUR);
  },
);

/** Of a round, in an hour of ten requests a second. */
const hourOf = (megabytes: number) => (megabytes * ROUNDS).toFixed(2);

const rangeOf = (megabytes: readonly number[]) =>
  `${Math.min(...megabytes).toFixed(1)} to ${Math.max(...megabytes).toFixed(1)}`;
