import { setImmediate as nextLoopTurn } from 'node:timers/promises';
import type { Clock } from '../domain/clock';
import type { RedisClient, RedisLink } from '../redis/redis-link';
import type { OnRejected } from '../redis/rejections';
import { MAX_TURN_MS } from './ledger-checks.lua';
import { runLedgerScript, type LedgerRequest, type LedgerState } from './ledger-script';
import type { Quota } from './pacing';
import type { ReplicaBook } from './replica-book';

export interface LedgerExchangeOptions {
  readonly link: RedisLink;
  /** Prefix of all keys. Exactly the replicas that share the quota have the same one. */
  readonly prefix: string;
  readonly quota: Quota;
  /** Unique to this process. */
  readonly replicaId: string;
  readonly clock: Clock;
  readonly onRejected: OnRejected;
  readonly book: ReplicaBook;
  readonly readWaitingCalls: () => number;
  /** Called with each state of the shared ledger, when the book has learned it. */
  readonly onState: (state: LedgerState) => void;
}

/** What the script should do, in addition to merging this replica's knowledge. */
export type LedgerCommand = Partial<Pick<LedgerRequest, 'take' | 'endsProbe'>>;

/**
 * Runs the ledger's script: sends what this replica knows, counts a call if the command says so, and stores
 * the shared state in the book.
 * @returns `undefined` if Redis is unreachable
 */
export type LedgerExchange = (command?: LedgerCommand) => Promise<LedgerState | undefined>;

/** How long each replica keeps to its share after it reconnects, so that all others have reconnected too. */
export const RETURN_MS = 3_000;

/** How late a replica may start its turn, in addition to network time: timers are late in a busy process. */
const TURN_MS = 100;
/** A turn takes three round trips: the message about a free slot, a reading, and taking the slot. */
const TRIPS_OF_A_TURN = 3;

/** The exchange also runs with each pulse of the link. */
export function createLedgerExchange(options: LedgerExchangeOptions): LedgerExchange {
  const { link, prefix, quota, replicaId, clock, book, readWaitingCalls, onState, onRejected } =
    options;
  let roundTripMs = 0;
  /** Calls that wait here until Redis replies. If the script counts them, they wait no more for what is sent after. */
  let callsBeingTaken = 0;
  let sent = 0;

  async function run(client: RedisClient, command: LedgerCommand = {}): Promise<LedgerState> {
    const taking = command.take?.ids.length ?? 0;
    // The reply about a counted call may have arrived just now. Its sender sees the permit within this turn of the event
    // loop, by promises alone, and until then the call looks as if it waited.
    if (!command.take) await nextLoopTurn();
    const request = toRequest(command);
    callsBeingTaken += taking;
    sent += 1;
    const nth = sent;
    const askedAtMs = clock.now();
    const state = await runLedgerScript(client, request).finally(() => {
      callsBeingTaken -= taking;
    });
    roundTripMs = clock.now() - askedAtMs;
    if (hasWaitedForOthers()) book.rejoin();
    book.learn(state);
    onState(state);
    onRejected('ledger', state.rejectedRecords);
    // Exchanges that were sent meanwhile left out these calls, which still wait.
    if (state.taken < taking && sent > nth) void exchange();
    return state;
  }

  function toRequest(command: LedgerCommand): LedgerRequest {
    return {
      prefix,
      windowMs: quota.windowMs,
      quotaCalls: quota.calls,
      replicaId,
      ...book.knowledge(),
      waitingCalls: Math.max(0, readWaitingCalls() - callsBeingTaken),
      turnMs: Math.min(MAX_TURN_MS, TURN_MS + TRIPS_OF_A_TURN * roundTripMs),
      endsProbe: false,
      ...command,
    };
  }

  function hasWaitedForOthers(): boolean {
    const upSinceMs = link.upSinceMs() ?? Infinity;
    return clock.now() - upSinceMs >= RETURN_MS;
  }

  const exchange: LedgerExchange = (command) =>
    link.use((client) => run(client, command)).catch(() => undefined);

  link.onPulse((client) => run(client));
  return exchange;
}
