import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import { freePort } from './free-port';
import { until } from './until';

const SENTINELS = 3;

/** A Redis with a replica, and three sentinels that watch it. */
export interface WatchedRedis {
  /** `redis+sentinel://…` */
  readonly url: string;
  /** Kills the master and resolves when the sentinels have made the replica the new master. */
  failOver(): Promise<void>;
  /** Starts the one that was killed again, as a replica. */
  startReplica(): Promise<void>;
  killSentinels(): Promise<void>;
  startSentinels(): Promise<void>;
  close(): Promise<void>;
}

export async function startWatchedRedis(): Promise<WatchedRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'sentinels-'));
  const running = new Map<number, ChildProcess>();
  let [master, replica] = [await freePort(), await freePort()];
  const sentinels: number[] = [];

  async function start(port: number, options: readonly string[]): Promise<void> {
    running.set(port, spawn('redis-server', options, { stdio: 'ignore' }));
    await until(() =>
      ask(port, ['PING']).then(
        (reply) => reply === 'PONG',
        () => false,
      ),
    );
  }
  const startRedis = (port: number, replicaOf: readonly string[] = []) =>
    start(port, [
      '--port',
      `${port}`,
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--dir',
      folder,
      ...replicaOf,
    ]);
  const startReplica = () => startRedis(replica, ['--replicaof', `127.0.0.1 ${master}`]);

  async function kill(port: number): Promise<void> {
    const child = running.get(port);
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  async function configureSentinel(): Promise<void> {
    const port = await freePort();
    sentinels.push(port);
    const lines = [
      `port ${port}`,
      'bind 127.0.0.1',
      `sentinel monitor mymaster 127.0.0.1 ${master} 2`,
      'sentinel down-after-milliseconds mymaster 1000',
      'sentinel failover-timeout mymaster 3000',
    ];
    await writeFile(fileOf(port), lines.join('\n'));
  }
  const fileOf = (port: number) => join(folder, `${port}.conf`);

  async function startSentinels(): Promise<void> {
    await Promise.all(sentinels.map((port) => start(port, [fileOf(port), '--sentinel'])));
    for (const port of sentinels) await until(() => knowsAll(port));
  }

  /** Resolves with whether the sentinel sees the replica and the other sentinels. */
  async function knowsAll(port: number): Promise<boolean> {
    const state = new Map(
      Object.entries(toRecord(await ask(port, ['SENTINEL', 'MASTER', 'mymaster']))),
    );
    return state.get('num-slaves') === '1' && state.get('num-other-sentinels') === '2';
  }

  await startRedis(master);
  await startReplica();
  for (let i = 0; i < SENTINELS; i += 1) await configureSentinel();
  await startSentinels();
  return {
    url: `redis+sentinel://${sentinels.map((port) => `127.0.0.1:${port}`).join()}/mymaster`,
    startReplica,
    startSentinels,
    async failOver() {
      await kill(master);
      [master, replica] = [replica, master];
      const address = ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'mymaster'];
      for (const port of sentinels)
        await until(async () => String(await ask(port, address)).endsWith(`,${master}`));
    },
    async killSentinels() {
      await Promise.all(sentinels.map(kill));
    },
    async close() {
      await Promise.all([...running.keys()].map(kill));
      await rm(folder, { recursive: true });
    },
  };
}

async function ask(port: number, command: readonly string[]): Promise<unknown> {
  const client = createClient({
    url: `redis://127.0.0.1:${port}`,
    RESP: 2,
    socket: { reconnectStrategy: false },
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await client.sendCommand([...command]);
  } finally {
    if (client.isOpen) client.destroy();
  }
}

/** @param flat a name, its value, the next name, … */
function toRecord(flat: unknown): Record<string, unknown> {
  const texts = flat as string[];
  const pairs = texts.flatMap((name, i) => (i % 2 === 0 ? [[name, texts[i + 1]] as const] : []));
  return Object.fromEntries(pairs);
}
