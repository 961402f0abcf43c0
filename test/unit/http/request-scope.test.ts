import Fastify from 'fastify';
import { createRequestScope, type RequestScope } from '../../../src/http/request-scope';

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

/** Serves one request with a deadline, and waits until the end of its scope. @returns the name of the reason */
async function awaitEnd(deadlineMs: number, disconnect?: AbortController): Promise<unknown> {
  const server = Fastify({ forceCloseConnections: true });
  const ended = new Promise<RequestScope>((resolve) => {
    server.get('/', (request, reply) => {
      const scope = createRequestScope(request, reply, deadlineMs, () => 0);
      scope.end.addEventListener(
        'abort',
        () => {
          resolve(scope);
        },
        { once: true },
      );
      disconnect?.abort();
    });
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  fetch(url, { signal: disconnect?.signal ?? null }).catch(() => undefined);
  const { end, signal } = await ended;
  await server.close();
  return [end.aborted, (end.reason as Error).name, signal.reason === end.reason];
}

test('A request that waits ends at its deadline', async () => {
  expect(await awaitEnd(1)).toEqual([true, 'TimeoutError', true]);
});

test('A request that waits ends when its client disconnects', async () => {
  expect(await awaitEnd(60_000, new AbortController())).toEqual([true, 'AbortError', true]);
});

test('A listener that was removed is not called at the end', async () => {
  const server = Fastify();
  const called: string[] = [];
  server.get('/', (request, reply) => {
    const { end } = createRequestScope(request, reply, 60_000, () => 0);
    const removed = () => called.push('removed');
    end.addEventListener('abort', removed, { once: true });
    end.addEventListener('abort', () => called.push('kept'), { once: true });
    end.removeEventListener('abort', removed);
    return 'answer';
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  await (await fetch(url)).text();
  await server.close();
  expect(called).toEqual(['kept']);
});
