import { limitInFlight } from '../../../src/feishu/in-flight-limit';
import type { TransportReply, TransportRequest } from '../../../src/feishu/transport';

const REPLY: TransportReply = { status: 200, header: () => undefined, body: '' };

function createWorld(max: number) {
  const sent: string[] = [];
  const answers = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  const transport = limitInFlight(
    {
      send: ({ path }) =>
        new Promise((resolve, reject) => {
          sent.push(path);
          answers.set(path, {
            resolve: () => {
              resolve(REPLY);
            },
            reject,
          });
        }),
    },
    max,
  );
  const send = (path: string, signal = new AbortController().signal) => {
    const request: TransportRequest = { method: 'GET', path, headers: {}, signal };
    return transport.send(request);
  };
  return { sent, answers, send };
}

const settle = () => new Promise(setImmediate);

test('Requests beyond the limit wait, and are sent in order as others end', async () => {
  const { sent, answers, send } = createWorld(2);
  const replies = ['a', 'b', 'c', 'd'].map((path) => send(path).catch(() => undefined));
  await settle();
  expect(sent).toEqual(['a', 'b']);
  answers.get('b')?.resolve();
  await settle();
  expect(sent).toEqual(['a', 'b', 'c']);
  answers.get('a')?.reject(new Error('cut off'));
  await settle();
  expect(sent).toEqual(['a', 'b', 'c', 'd']);
  for (const path of ['c', 'd']) answers.get(path)?.resolve();
  expect(await Promise.all(replies)).toEqual([undefined, REPLY, REPLY, REPLY]);
});

test('A request that was given up while it waited is not sent, and frees its place', async () => {
  const { sent, answers, send } = createWorld(1);
  const first = send('a');
  const controller = new AbortController();
  const givenUp = send('b', controller.signal);
  const last = send('c');
  await settle();
  controller.abort();
  answers.get('a')?.resolve();
  await expect(givenUp).rejects.toMatchObject({ fault: 'aborted' });
  await settle();
  expect(sent).toEqual(['a', 'c']);
  answers.get('c')?.resolve();
  await Promise.all([first, last]);
});
