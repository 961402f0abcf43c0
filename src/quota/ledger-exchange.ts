import type { Clock } from '../domain/clock';
import type { RedisClient, RedisLink } from '../redis/redis-link';
import type { OnRejected } from '../redis/rejections';
import { LONGEST_TURN_MS } from './ledger-checks.lua';
import { runLedgerScript, type LedgerRequest, type LedgerState } from './ledger-script';
import type { Quota } from './pacing';
import type { ReplicaBook } from './replica-book';

export interface LedgerExchangeOptions {
  readonly link: RedisLink;
  /** Of all keys; the same for all replicas that share the quota, and only for these. */
  readonly prefix: string;
  readonly quota: Quota;
  /** Of this process, and of no other. */
  readonly replicaId: string;
  readonly clock: Clock;
  readonly onRejected: OnRejected;
  readonly book: ReplicaBook;
  readonly readWaitingCalls: () => number;
}

/** What a replica asks for beside what it always brings along. */
export type LedgerWish = Partial<Pick<LedgerRequest, 'take' | 'endsProbe'>>;

/**
 * Tells the others what this replica has done, counts a call if asked to, and enters into the book what
 * they did. `undefined`: Redis is away.
 */
export type LedgerExchange = (wish?: LedgerWish) => Promise<LedgerState | undefined>;

/** How long each replica keeps to its share after Redis is back: by then all others are back too. */
const RETURN_MS = 3_000;

/** How late a replica may be for its turn beside the way to Redis: timers, and a process that is busy. */
const TURN_MS = 100;
/** The news of a free slot, a view and the call itself each travel. */
const TRIPS_OF_A_TURN = 3;

/** It also takes place with each pulse of the link. */
export function createLedgerExchange(options: LedgerExchangeOptions): LedgerExchange {
  const { link, prefix, quota, replicaId, clock, book, readWaitingCalls, onRejected } = options;
  let roundTripMs = 0;

  async function speak(client: RedisClient, wish: LedgerWish = {}): Promise<LedgerState> {
    const askedAtMs = clock.now();
    const state = await runLedgerScript(client, {
      prefix,
      windowMs: quota.windowMs,
      quotaCalls: quota.calls,
      replicaId,
      ...book.knowledge(),
      waitingCalls: readWaitingCalls(),
      turnMs: Math.min(LONGEST_TURN_MS, TURN_MS + TRIPS_OF_A_TURN * roundTripMs),
      endsProbe: false,
      ...wish,
    });
    roundTripMs = clock.now() - askedAtMs;
    if (allAreBack()) book.reunite();
    book.learn(state);
    onRejected('ledger', state.rejectedRecords);
    return state;
  }

  function allAreBack(): boolean {
    const upSinceMs = link.upSinceMs() ?? Infinity;
    return clock.now() - upSinceMs >= RETURN_MS;
  }

  link.onPulse((client) => speak(client));
  return (wish) => link.use((client) => speak(client, wish)).catch(() => undefined);
}
