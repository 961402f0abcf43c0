import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { nextMessage } from '../../support/next-message';

function run(script: string): ChildProcess {
  return spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
}

test('The message of a child process is read, even if the process exits right after it', async () => {
  expect(await nextMessage(run('process.send({ a: 1 }, () => process.exit(0))'))).toEqual({ a: 1 });
});

test.each([
  ['exits', 'process.exit(3)', 'got exit code 3'],
  ['ends without an error', 'process.disconnect()', 'got exit code 0'],
  ['is killed', "process.kill(process.pid, 'SIGKILL')", 'got SIGKILL'],
])('Waiting for a message fails when the process %s', async (_, script, got) => {
  await expect(nextMessage(run(script))).rejects.toThrow(
    `child process: expected a message, ${got}`,
  );
});

test('No listener stays on the process', async () => {
  const child = run("process.send('a'); process.on('message', () => process.disconnect())");
  const listeners = () => ['message', 'close', 'error'].map((event) => child.listenerCount(event));
  const before = listeners();
  await nextMessage(child);
  expect(listeners()).toEqual(before);
  child.send('end');
  await once(child, 'close');
});
