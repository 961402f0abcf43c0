import { createChangeSignal } from '../domain/change-signal';
import type { Clock } from '../domain/clock';
import type { RedisClient, RedisLink } from '../redis/redis-link';
import type { CallLedger } from './call-ledger';
import {
  callsChannel,
  parseCall,
  runLedgerScript,
  type LedgerRequest,
  type LedgerState,
} from './ledger-script';
import type { Quota } from './pacing';
import { createReplicaBook } from './replica-book';

export interface RedisLedgerOptions {
  readonly link: RedisLink;
  /** Of all keys; the same for whoever shares the quota, and for nobody else. */
  readonly prefix: string;
  readonly quota: Quota;
  /** Of this process, and of no other. */
  readonly replicaId: string;
  readonly clock: Clock;
}

/** What a replica has to say beside what it always brings along. */
type Wish = Partial<Pick<LedgerRequest, 'take' | 'endsProbe'>>;

/** After Redis is back, so long each replica still keeps to its share: by then all others are back too. */
const RETURN_MS = 3_000;

/** How late a replica may be for its turn beside the way to Redis: timers, and a process that is busy. */
const TURN_MS = 100;
/** The news of a free slot, a view and the call itself each travel. */
const TRIPS_OF_A_TURN = 3;
/** A turn that passes unused delays the other replicas by that much. */
const LONGEST_TURN_MS = 1_000;

/** The ledger of several replicas. While Redis is away, it is that of this replica's share. */
export function createRedisLedger(options: RedisLedgerOptions): CallLedger {
  const { link, prefix, quota, replicaId, clock } = options;
  const book = createReplicaBook({ quota, replicaId, nowMs: () => clock.now() });
  let readWaitingCalls = () => 0;
  let roundTripMs = 0;
  /** Fires when a replica has counted a call. */
  const counted = createChangeSignal();

  link.onAway(() => {
    book.part();
  });
  link.subscribe(callsChannel(prefix), (message) => {
    book.hear(parseCall(message));
    counted.fire();
  });
  link.onPulse((client) => speak(client));

  /** Tells the others what this replica has done, counts a call if asked to, and learns what they did. */
  async function speak(client: RedisClient, wish: Wish = {}): Promise<LedgerState> {
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
    return state;
  }

  function ask(wish?: Wish): Promise<LedgerState | undefined> {
    return link.use((client) => speak(client, wish)).catch(() => undefined);
  }

  function allAreBack(): boolean {
    const upSinceMs = link.upSinceMs() ?? Infinity;
    return clock.now() - upSinceMs >= RETURN_MS;
  }

  return {
    async view() {
      return book.view(await ask());
    },

    async take(view) {
      if (link.upSinceMs() === undefined) return book.takeApart(view);
      const id = book.newCallId();
      const signal = counted.next();
      const state = await ask({ take: { id, version: view.version } });
      if (state?.taken) book.noteTaken(id);
      const waitMs = state?.waitForTurnMs ?? 0;
      if (waitMs > 0) await clock.sleep(waitMs, signal).catch(() => undefined);
      return state?.taken ?? false;
    },

    async closeFor(request) {
      book.closeFor(request);
      await ask({ endsProbe: true });
    },

    async noteAnswered() {
      if (book.noteAnswered()) await ask({ endsProbe: true });
    },

    watchWaitingCalls(read) {
      readWaitingCalls = read;
    },
  };
}
