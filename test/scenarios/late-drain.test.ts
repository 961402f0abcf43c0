import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { systemClock } from '../../src/system-clock';
import { startGateway } from '../support/gateway';

/** A client in a thread of its own: sends a request, wakes the other thread, and posts what it receives. */
const CLIENT = `
const { parentPort, workerData } = require('node:worker_threads');
const socket = require('node:net').connect(workerData.port, '127.0.0.1');
let received = '';
socket.on('data', (chunk) => (received += chunk));
socket.on('error', (error) => (received += error.code));
socket.on('close', () => parentPort.postMessage(received));
socket.write('GET /livez HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n', () => {
  Atomics.store(workerData.sent, 0, 1);
  Atomics.notify(workerData.sent, 0);
});`;

test('A busy process answers what was sent before it stopped listening, though it has not read it', async () => {
  let endPause: () => void = () => undefined;
  const pause = new Promise<void>((resolve) => (endPause = resolve));
  const gateway = await startGateway({
    env: { NODE_ENV: 'production' },
    clock: { ...systemClock, sleep: () => pause },
  });
  const closed = gateway.close();
  const sent = new Int32Array(new SharedArrayBuffer(4));
  const { port } = new URL(gateway.url);
  const client = new Worker(CLIENT, { eval: true, workerData: { port: Number(port), sent } });
  const received = once(client, 'message');

  // This thread, which is also the gateway's, does nothing until the request has been sent.
  Atomics.wait(sent, 0, 0);
  endPause();
  expect(String((await received)[0])).toMatch(/^HTTP\/1\.1 200 /);
  await closed;
});
