import type { BatchScope } from '../../batching/scope';
import { GatewayError } from '../../domain/errors';
import { RETURN_MS } from '../../quota/ledger-exchange';
import type { Quota } from '../../quota/pacing';
import type { RedisLink } from '../../redis/redis-link';
import { CliError, EXIT } from '../exit';
import type { OpenLoading } from '../open-loading';
import { callsFor, formatDuration, leastMs, remainingMs } from './estimate';
import { startProgressBar } from './progress-bar';
import { warm, type WarmProgress } from './warm';
import { withoutAnswer } from './without-answer';

export interface FillOptions {
  readonly open: OpenLoading;
  readonly scope: BatchScope;
  readonly userIds: readonly string[];
  readonly quota: Quota;
  /** Users with a younger answer in Redis are left out. */
  readonly maxAgeMs: number;
  /** How long Redis keeps an answer. */
  readonly lifeMs: number;
  readonly stop: AbortController;
  readonly print: (line: string) => void;
}

/** How often the monthly quota is looked at, and the remaining time is drawn. */
const LOOK_EVERY_MS = 1_000;
const NOTHING: WarmProgress = { loaded: 0, failed: 0, failures: new Map(), calls: 0 };

/** Loads all users without an answer in Redis. @throws CliError if it cannot go on */
export async function fill(options: FillOptions): Promise<WarmProgress> {
  const { open, stop } = options;
  const redis = requireRedis(open.redis);
  redis.onDisconnected(() => {
    stop.abort(new CliError(EXIT.failed, `redis disconnected: ${RESUME}`));
  });
  await requireCycle(open, options.scope.semesterId);
  const missing = await plan(options);
  if (missing.length === 0 || stop.signal.aborted) return NOTHING;
  await joinReplicas(open, redis);
  const progress = await load(options, missing);
  options.print(
    `${progress.loaded} users loaded with ${progress.calls} calls, ${progress.failed} failed`,
  );
  return progress;
}

/** Prints what is to do. @returns the users to load */
async function plan(options: FillOptions): Promise<readonly string[]> {
  const { open, scope, userIds, quota, lifeMs, print } = options;
  const sinceMs = open.deps.clock.now() - options.maxAgeMs;
  const missing = await withoutAnswer(open.loading.cache, scope, userIds, sinceMs);
  print(`${userIds.length} users, ${userIds.length - missing.length} of them are in Redis already`);
  if (missing.length === 0) return missing;
  const calls = callsFor(missing.length);
  const least = leastMs(calls, quota);
  print(`${calls} calls: at least ${formatDuration(least)}, longer while clients use the quota`);
  if (least > lifeMs) {
    print(
      `Redis keeps an answer for ${formatDuration(lifeMs)}: the first will be gone before the last one is there. ` +
        'Raise CACHE_STALE_SECONDS.',
    );
  }
  return missing;
}

async function load(options: FillOptions, userIds: readonly string[]): Promise<WarmProgress> {
  const { open, scope, quota, stop } = options;
  const { clock } = open.deps;
  const bar = startProgressBar(userIds.length, leastMs(callsFor(userIds.length), quota));
  const done = new AbortController();
  let progress = NOTHING;
  let firstCallAtMs: number | undefined;
  const draw = () => {
    const { loaded, failed, calls } = progress;
    const sinceMs = clock.now() - (firstCallAtMs ?? clock.now());
    const callsLeft = callsFor(userIds.length - loaded - failed);
    bar.update(loaded + failed, failed, remainingMs(callsLeft, { calls, sinceMs }, quota));
  };
  const onProgress = (next: WarmProgress) => {
    firstCallAtMs ??= clock.now();
    progress = next;
    draw();
  };
  const watching = watchQuota(options, done.signal, draw);
  try {
    const { batcher } = open.loading;
    return await warm({ batcher, scope, userIds, clock, stop: stop.signal, onProgress });
  } finally {
    done.abort();
    await watching;
    await open.loading.remembered();
    bar.stop();
  }
}

const RESUME = 'run the same command again to go on';

function requireRedis(redis: RedisLink | undefined): RedisLink {
  if (redis?.upSinceMs() !== undefined) return redis;
  throw new CliError(EXIT.failed, `redis unreachable (${redis?.lastError() ?? ''}): see REDIS_URL`);
}

/** Refuses a cycle that Feishu does not list, before a call is spent on it. */
async function requireCycle({ loading }: OpenLoading, semesterId: string): Promise<void> {
  try {
    await loading.semesters.check(semesterId, new AbortController().signal);
  } catch (error) {
    throw error instanceof GatewayError ? new CliError(EXIT.usage, error.message) : error;
  }
}

/** A replica that has just connected keeps to a share of the quota, which would make the first calls rare. */
async function joinReplicas({ loading, deps }: OpenLoading, redis: RedisLink): Promise<void> {
  const connectedMs = deps.clock.now() - (redis.upSinceMs() ?? 0);
  await deps.clock.sleep(Math.max(0, RETURN_MS - connectedMs));
  await loading.quota();
}

/** Stops the work when the monthly quota is used up: the gate would wait for weeks. */
async function watchQuota(
  { open: { loading, deps }, stop }: FillOptions,
  done: AbortSignal,
  draw: () => void,
): Promise<void> {
  while (!done.aborted) {
    const { closedReason } = await loading.quota();
    if (closedReason === 'QUOTA_EXHAUSTED') {
      const message = "The tenant's monthly quota of Feishu calls is used up";
      stop.abort(new CliError(EXIT.failed, `${message}: ${RESUME}.`));
      return;
    }
    draw();
    await deps.clock.sleep(LOOK_EVERY_MS, done).catch(() => undefined);
  }
}
