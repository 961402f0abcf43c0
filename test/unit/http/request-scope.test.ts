import Fastify from 'fastify';
import { createRequestScope } from '../../../src/http/request-scope';

/** Reads the signal of a request with a deadline of 10 ms after so many milliseconds. */
async function readSignalAfter(ms: number): Promise<unknown> {
  const server = Fastify();
  let nowMs = 0;
  server.get('/', (request, reply) => {
    const scope = createRequestScope(request, reply, 10, () => nowMs);
    nowMs += ms;
    const { aborted, reason } = scope.signal;
    return [aborted, (reason as Error | undefined)?.name ?? null];
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const response = await fetch(url);
  const read = await response.json();
  await server.close();
  return read;
}

test('A signal that is first read before the deadline has not aborted', async () => {
  expect(await readSignalAfter(9)).toEqual([false, null]);
});

test('A signal that is first read after the deadline has aborted', async () => {
  expect(await readSignalAfter(10)).toEqual([true, 'TimeoutError']);
});
