import type { RedisLink } from '../../../src/redis/redis-link';
import { createHandleEvent } from '../../../src/webhook/handle-event';
import { readEnvelope, type FeishuEvent } from '../../../src/webhook/envelope';
import type { ReviewChange } from '../../../src/webhook/review-change';
import { createSeenEvents, SEEN_MS } from '../../../src/webhook/seen-events';
import { createSharedSeenEvents } from '../../../src/webhook/shared-seen-events';
import { reviewEvent, ticketEvent, type ReviewEvent } from '../../support/feishu-events';

const SEMESTER = '7293454357287094291';

function eventOf(event: object): FeishuEvent {
  const read = readEnvelope(JSON.stringify(event));
  if (read?.kind !== 'event') throw new Error('expected an event');
  return read;
}

function start(seen = createSeenEvents(() => 0)) {
  const changes: ReviewChange[] = [];
  const tickets: string[] = [];
  const handle = createHandleEvent({
    seen,
    onReviewChange: (change) => changes.push(change),
    onAppTicket: (ticket) => tickets.push(ticket.reveal()),
  });
  return { changes, tickets, handle };
}

describe('an event about reviews', () => {
  const read = async (event: ReviewEvent) => {
    const { changes, handle } = start();
    await handle(eventOf(reviewEvent(event)));
    return changes;
  };

  test.each(['performance.stage_task.open_result_v2', 'performance.review_data.changed_v2'])(
    'says whose tasks have changed, with each of their IDs: %s',
    async (type) => {
      expect(await read({ type })).toEqual([
        {
          tenantKey: '2ca1d211f64f6438',
          semesterId: SEMESTER,
          users: [
            { id: 'ou_3c5ea7d3f0e9ad5b', idType: 'OPEN_ID' },
            { id: 'on_876543', idType: 'UNION_ID' },
            { id: 'u273y71', idType: 'USER_ID' },
          ],
        },
      ]);
    },
  );

  test('leaves out IDs that are missing or no IDs, and names each one once', async () => {
    const users = [
      { open_id: 'ou_1', union_id: '' },
      { open_id: 'ou_1', user_id: 'a b' },
    ];
    expect(await read({ users })).toEqual([
      expect.objectContaining({ users: [{ id: 'ou_1', idType: 'OPEN_ID' }] }),
    ]);
  });

  test('leaves out items that it cannot read, and keeps the others', async () => {
    const { changes, handle } = start();
    const event = reviewEvent();
    const [item] = event.event.items;
    const items = [null, 'text', { semester_id: 7 }, { ...item, semester_id: '../x' }, item];
    await handle(eventOf({ ...event, event: { items } }));
    expect(changes.map(({ semesterId }) => semesterId)).toEqual([SEMESTER]);
  });

  test('may have no content', async () => {
    for (const content of [undefined, null, [], { items: null }]) {
      const { changes, handle } = start();
      await handle(eventOf({ ...reviewEvent(), event: content }));
      expect(changes).toEqual([]);
    }
  });
});

test("a store app's ticket is handed on", async () => {
  const { tickets, handle } = start();
  expect(await handle(eventOf(ticketEvent('ticket')))).toBe('handled');
  expect(tickets).toEqual(['ticket']);
});

test('an event of another type is not used, and not remembered', async () => {
  const { changes, handle } = start({ note: () => Promise.reject(new Error('noted')) });
  const event = eventOf(reviewEvent({ type: 'im.message.receive_v1' }));
  expect(await handle(event)).toBe('unused');
  expect(changes).toEqual([]);
});

describe('an event that Feishu sends again', () => {
  test('is handled once, also if both arrive at the same time', async () => {
    const { changes, handle } = start();
    const event = eventOf(reviewEvent());
    const outcomes = await Promise.all([handle(event), handle(event), handle(event)]);
    expect(outcomes).toEqual(['handled', 'repeated', 'repeated']);
    expect(changes).toHaveLength(1);
  });

  test('is known for as long as Feishu repeats it', async () => {
    let nowMs = 0;
    const { handle } = start(createSeenEvents(() => nowMs));
    const event = eventOf(reviewEvent());
    await handle(event);
    nowMs = SEEN_MS - 1;
    expect(await handle(event)).toBe('repeated');
  });

  test('is handled by the first of the replicas, and Redis is asked once by each', async () => {
    const keys = new Set<string>();
    let commands = 0;
    const client = {
      set(key: string) {
        commands += 1;
        const isFirst = !keys.has(key);
        keys.add(key);
        return Promise.resolve(isFirst ? 'OK' : null);
      },
    };
    const link = { use: (command: (c: unknown) => unknown) => command(client) };
    const replica = () => start(sharedSeen(link as unknown as RedisLink));
    const [first, second] = [replica(), replica()];
    const event = eventOf(reviewEvent());
    expect(await first.handle(event)).toBe('handled');
    for (const { handle } of [first, second, second]) {
      expect(await handle(event)).toBe('repeated');
    }
    expect(commands).toBe(2);
  });

  test('is handled by each replica while Redis is unreachable', async () => {
    const link = { use: () => Promise.reject(new Error('down')) };
    const { handle } = start(sharedSeen(link));
    const event = eventOf(reviewEvent());
    expect(await handle(event)).toBe('handled');
    expect(await handle(event)).toBe('repeated');
  });
});

function sharedSeen(link: Pick<RedisLink, 'use'>) {
  return createSharedSeenEvents({ link, prefix: 'test', own: createSeenEvents(() => 0) });
}
