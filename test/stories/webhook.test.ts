import { Agent, request } from 'node:http';
import { describeWithRedis } from '../support/describe-with-redis';
import { openIds } from '../support/expected';
import { EVENT_ENV, eventRequest, reviewEvent, type EventRequest } from '../support/feishu-events';
import { startReplicas } from '../support/replicas';
import { startSteadyLoad } from '../support/steady-load';
import { story } from '../support/story';
import { MANY_CLIENTS, readMetric } from '../support/story-gateway';
import { allBut, tallyOf } from '../support/tally';
import { ANSWERED, createTasksReader } from '../support/tasks-reader';
import { until } from '../support/until';

/** To each replica; fewer than the 6,000 a minute that one address may send. */
const COPIES = 2_000;
const AT_ONCE = 50;

describeWithRedis('With Redis', () => {
  story(
    'Webhook replay storm',
    {
      given: `2 replicas get one event about 50 users that clients read ${COPIES} times each, and ${COPIES} forged ones each; 50 requests/s of clients`,
      promised:
        'copies: 200, handled once in all, at one call; forged: 401; each request of clients is answered',
    },
    async ({ seen, use }) => {
      const replicas = use(
        await startReplicas({
          ...{ count: 2, quotaCalls: 1_000, windowSeconds: 60 },
          env: { ...MANY_CLIENTS, ...EVENT_ENV },
        }),
      );
      const { emulator, processes } = replicas;
      const urls = processes.map(({ url }) => url);
      const semesterId = emulator.semesters.at(-1)?.id ?? '';
      const people = emulator.people.slice(0, 50);
      const [client] = urls.map((url) => use(createTasksReader({ url, semesterId })));
      if (!client) throw new Error('replicas: expected two, got none');
      await client.read(openIds(people));
      const callsBefore = emulator.callsOf('find_by_user_list').length;
      const load = use(startSteadyLoad(50, () => client.read(openIds(people))));

      const users = people.map(({ openId }) => ({ open_id: openId }));
      const event = eventRequest(reviewEvent({ semesterId, users }), Date.now());
      const forged = { ...event, body: Buffer.from('{"encrypt":"AAAA"}') };
      const copies = (await Promise.all(urls.map((url) => sendOften(url, event)))).flat();
      const forgeries = (await Promise.all(urls.map((url) => sendOften(url, forged)))).flat();
      const requestsOf = async (outcome: string) => {
        const name = `gateway_webhook_requests_total{outcome="${outcome}"}`;
        const counts = urls.map((url) => readMetric(url, name).catch(() => 0));
        return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
      };
      await until(async () => (await requestsOf('repeated')) === 2 * COPIES - 1);
      const { sent, outcomes } = await load.stop();

      seen['copies'] = allBut('', tallyOf(copies));
      seen['forged'] = allBut('', tallyOf(forgeries));
      seen['handled'] = await requestsOf('handled');
      seen['repeated'] = await requestsOf('repeated');
      seen['calls'] = emulator.callsOf('find_by_user_list').length - callsBefore;
      seen['requests of clients'] = sent;
      seen['failed'] = allBut(ANSWERED, outcomes);
      expect(tallyOf(copies)).toEqual({ 'HTTP 200': 2 * COPIES });
      expect(tallyOf(forgeries)).toEqual({ 'HTTP 401': 2 * COPIES });
      expect(seen['handled']).toBe(1);
      expect(seen['calls']).toBe(1);
      expect(outcomes).toEqual({ [ANSWERED]: sent });
    },
  );
});

/** @returns the status of each response, as `HTTP` and its number */
async function sendOften(url: string, event: EventRequest): Promise<string[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const statuses = await Promise.all(Array.from({ length: COPIES }, () => post(agent, url, event)));
  agent.destroy();
  return statuses;
}

function post(agent: Agent, url: string, { headers, body }: EventRequest): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${url}/webhooks/feishu`,
      { method: 'POST', agent, headers },
      (response) => {
        response.resume().on('end', () => {
          resolve(`HTTP ${response.statusCode ?? 0}`);
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
