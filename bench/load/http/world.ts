import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'undici';
import { nextMessage } from '../../../test/support/next-message';
import { startRedis } from '../../../test/support/redis';
import type { UpstreamDescription } from '../emulator.process';
import { DOCUMENTS } from './documents';
import { HEADERS, startGateway, type BenchGateway, type BenchGatewayOptions } from './gateway';
import { readAnswer, send } from './operation';
import { CACHED_USERS } from './workloads';

/** The quota of the emulator, which no round reaches. */
const PLENTY_OF_CALLS = 100_000_000;
export const UPSTREAM_LATENCY_MS = 30;
const USERS_PER_WARM_UP = 200;

/** The processes around the gateways, and the users that the operations name. */
export interface World {
  readonly directory: string;
  readonly upstream: UpstreamDescription;
  readonly semesterId: string;
  /** Users that every gateway has cached. All of them take part in the cycle. */
  readonly cachedUserIds: readonly string[];
  /** Users by cycle that no gateway has cached: the other people in this cycle, and all people in older ones. */
  readonly coldUserIds: readonly { readonly semesterId: string; readonly userIds: string[] }[];
  /** Starts a gateway and lets it cache its users. */
  startGateway(
    options: Pick<BenchGatewayOptions, 'name' | 'redisUrl' | 'nodeArguments'>,
  ): Promise<BenchGateway>;
  /** @returns its URL; `undefined` if `redis-server` is not installed */
  startRedis(): Promise<string | undefined>;
  /** Adds a function that `close` calls. */
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
  const warmUpIds = userIds.slice(0, CACHED_USERS + USERS_PER_WARM_UP);
  const cachedUserIds: string[] = [];

  return {
    directory,
    upstream,
    semesterId,
    cachedUserIds,
    coldUserIds: [
      ...semesterIds.slice(1).map((id) => ({ semesterId: id, userIds: [...userIds] })),
      { semesterId, userIds: userIds.slice(warmUpIds.length) },
    ],

    async startGateway(options) {
      const gateway = await startGateway({ ...options, directory, upstreamUrl: upstream.url });
      closers.push(() => {
        gateway.kill();
      });
      const participants = await warmUp(gateway.url, semesterId, warmUpIds);
      if (cachedUserIds.length === 0) cachedUserIds.push(...participants.slice(0, CACHED_USERS));
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

/** Lets the gateway cache these users. @returns the users that take part in the cycle */
async function warmUp(
  url: string,
  semesterId: string,
  userIds: readonly string[],
): Promise<string[]> {
  const pool = new Pool(url);
  const participants: string[] = [];
  for (let first = 0; first < userIds.length; first += USERS_PER_WARM_UP) {
    const page = userIds.slice(first, first + USERS_PER_WARM_UP);
    const { PAGE: document } = DOCUMENTS;
    const operation = { document, semesterId, userIds: page, headers: HEADERS.service };
    const { users } = readAnswer(operation, await send(pool, operation));
    participants.push(...page.filter((_, i) => users[i] !== null));
  }
  await pool.close();
  return participants;
}
