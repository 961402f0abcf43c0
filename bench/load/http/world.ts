import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'undici';
import { nextMessage } from '../../../test/support/next-message';
import { startRedis } from '../../../test/support/redis';
import type { UpstreamDescription } from '../emulator.process';
import { ask, readAnswer } from './ask';
import { DOCUMENTS } from './documents';
import { HEADERS, startGateway, type BenchGateway, type BenchGatewayOptions } from './gateway';
import { HOT_USERS } from './works';

const PLENTY_OF_CALLS = 100_000_000;
export const UPSTREAM_LATENCY_MS = 30;
const USERS_PER_WARM_UP = 200;

/** The processes around the gateway, and whom it is asked for. */
export interface World {
  readonly directory: string;
  readonly upstream: UpstreamDescription;
  readonly semesterId: string;
  /** All of them take part in the cycle. */
  readonly hotUserIds: readonly string[];
  /** Of other people in this cycle, and of all people in the older ones, that no gateway has asked for. */
  readonly coldUserIds: readonly { readonly semesterId: string; readonly userIds: string[] }[];
  /** Starts a gateway that remembers the hot users. */
  startGateway(
    options: Pick<BenchGatewayOptions, 'name' | 'redisUrl' | 'nodeArguments'>,
  ): Promise<BenchGateway>;
  /** `undefined` where it is not installed. */
  startRedis(): Promise<string | undefined>;
  onClose(close: () => unknown): void;
  close(): Promise<void>;
}

export async function startWorld(): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-http-'));
  const closers: (() => unknown)[] = [
    () => {
      rmSync(directory, { recursive: true });
    },
  ];
  const arguments_ = [String(PLENTY_OF_CALLS), String(UPSTREAM_LATENCY_MS)];
  const emulator: ChildProcess = fork(join(__dirname, '../emulator.process.js'), arguments_);
  closers.push(() => emulator.kill());
  const upstream = await nextMessage<UpstreamDescription>(emulator);
  const { semesterId, semesterIds, userIds } = upstream;
  // A few people take no part in the cycle.
  const asked = userIds.slice(0, HOT_USERS + USERS_PER_WARM_UP);
  const hotUserIds: string[] = [];

  return {
    directory,
    upstream,
    semesterId,
    hotUserIds,
    coldUserIds: [
      ...semesterIds.slice(1).map((id) => ({ semesterId: id, userIds: [...userIds] })),
      { semesterId, userIds: userIds.slice(asked.length) },
    ],

    async startGateway(options) {
      const gateway = await startGateway({ ...options, directory, upstreamUrl: upstream.url });
      closers.push(() => {
        gateway.kill();
      });
      const taking = await warmUp(gateway.url, semesterId, asked);
      if (hotUserIds.length === 0) hotUserIds.push(...taking.slice(0, HOT_USERS));
      return gateway;
    },

    async startRedis() {
      if (spawnSync('redis-server', ['--version']).status !== 0) return undefined;
      const redis = await startRedis();
      closers.push(() => redis.close());
      return redis.url;
    },

    onClose: (close) => closers.push(close),

    async close() {
      for (const close of closers.reverse()) await close();
    },
  };
}

/** Has the gateway remember these users. @returns those who take part in the cycle */
async function warmUp(
  url: string,
  semesterId: string,
  userIds: readonly string[],
): Promise<string[]> {
  const pool = new Pool(url);
  const taking: string[] = [];
  for (let first = 0; first < userIds.length; first += USERS_PER_WARM_UP) {
    const page = userIds.slice(first, first + USERS_PER_WARM_UP);
    const { PAGE: document } = DOCUMENTS;
    const question = { document, semesterId, userIds: page, headers: HEADERS.service };
    const { users } = readAnswer(question, await ask(pool, question));
    taking.push(...page.filter((_, i) => users[i] !== null));
  }
  await pool.close();
  return taking;
}
