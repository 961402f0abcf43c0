import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createClient } from '@redis/client';
import type { Seal } from '../../src/redis/seal';
import { freePort } from './free-port';
import { until } from './until';

/** A Redis for one test file. It stores nothing on disk, and can be killed and started again. */
export interface TestRedis {
  readonly url: string;
  /** Kills it without a shutdown, like a power failure. */
  kill(): Promise<void>;
  /** Starts it again on the same port, empty. */
  start(): Promise<void>;
  /** Stops it from answering, with its connections open. */
  pause(): void;
  resume(): void;
  flush(): Promise<void>;
  keys(): Promise<string[]>;
  set(key: string, value: string): Promise<void>;
  /**
   * Acts as if the clock of its machine had been set: stored times move the other way, and keys that would
   * have expired are deleted.
   */
  stepClock(ms: number, seal?: Seal): Promise<void>;
  /** Sends any command, such as one that writes garbage. */
  send(command: string[]): Promise<unknown>;
  close(): Promise<void>;
}

const STEP_CLOCK = `
local step = tonumber(ARGV[1])
local function moved(time) return string.format('%.0f', tonumber(time) - step) end
for _, key in ipairs(redis.call('KEYS', '*')) do
  local kind = redis.call('TYPE', key).ok
  if redis.call('PTTL', key) <= step then
    redis.call('DEL', key)
  elseif kind == 'zset' then
    for _, id in ipairs(redis.call('ZRANGE', key, 0, -1)) do
      redis.call('ZADD', key, moved(redis.call('ZSCORE', key, id)), id)
    end
  elseif kind == 'hash' then
    for _, field in ipairs(redis.call('HKEYS', key)) do
      if string.find(field, 'Until') then
        redis.call('HSET', key, field, moved(redis.call('HGET', key, field)))
      end
    end
  end
end`;

const FETCHED_AT = /("fetchedAtMs":)(-?[\d.]+)/;

/** @param options further arguments of the server */
export async function startRedis(options: readonly string[] = []): Promise<TestRedis> {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    child = spawn(
      'redis-server',
      [
        '--port',
        String(port),
        '--bind',
        '127.0.0.1',
        '--save',
        '',
        '--appendonly',
        'no',
        ...options,
      ],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await until(() => output.includes('Ready to accept connections'));
  }

  async function kill(): Promise<void> {
    const running = child;
    child = undefined;
    if (!running) return;
    const exit = once(running, 'exit');
    running.kill('SIGKILL');
    await exit;
  }

  await start();
  return {
    url,
    start,
    kill,
    pause: () => child?.kill('SIGSTOP'),
    resume: () => child?.kill('SIGCONT'),
    async flush() {
      await send(url, ['FLUSHALL']);
    },
    keys: async () => (await send(url, ['KEYS', '*'])) as string[],
    async set(key, value) {
      await send(url, ['SET', key, value]);
    },
    async stepClock(ms, seal) {
      await send(url, ['EVAL', STEP_CLOCK, '0', String(ms)]);
      if (!seal) return;
      for (const key of (await send(url, ['KEYS', '*:snapshot:*'])) as string[]) {
        const text = seal.open(key, (await send(url, ['GET', key])) as string) ?? '';
        const moved = text.replace(FETCHED_AT, (_, name: string, time: string) => {
          return `${name}${Number(time) - ms}`;
        });
        await send(url, ['SET', key, seal.seal(key, moved), 'KEEPTTL']);
      }
    },
    send: (command) => send(url, command),
    close: kill,
  };
}

async function send(url: string, command: string[]): Promise<unknown> {
  const client = createClient({ url });
  await client.connect();
  try {
    return await client.sendCommand(command);
  } finally {
    client.destroy();
  }
}
