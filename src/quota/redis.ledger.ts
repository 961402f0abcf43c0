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

/** After Redis is back, so long each replica still keeps to its share: by then all others are back too. */
const RETURN_MS = 3_000;

/** The ledger of several replicas. While Redis is away, it is that of this replica's share. */
export function createRedisLedger(options: RedisLedgerOptions): CallLedger {
  const { link, prefix, quota, replicaId, clock } = options;
  const book = createReplicaBook({ quota, replicaId, nowMs: () => clock.now() });
  let readWaitingCalls = () => 0;

  link.onAway(() => {
    book.part();
  });
  link.subscribe(callsChannel(prefix), (message) => {
    book.hear(parseCall(message));
  });
  link.onPulse((client) => speak(client));

  /** Tells the others what this replica has done, counts a call if asked to, and learns what they did. */
  async function speak(client: RedisClient, take?: LedgerRequest['take']): Promise<LedgerState> {
    const state = await runLedgerScript(client, {
      prefix,
      windowMs: quota.windowMs,
      quotaCalls: quota.calls,
      replicaId,
      ...book.knowledge(),
      waitingCalls: readWaitingCalls(),
      ...(take && { take }),
    });
    if (allAreBack()) book.reunite();
    book.learn(state);
    return state;
  }

  function ask(take?: LedgerRequest['take']): Promise<LedgerState | undefined> {
    return link.use((client) => speak(client, take)).catch(() => undefined);
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
      const state = await ask({ id, version: view.version });
      if (!state?.taken) return false;
      book.noteTaken({ id, atMs: state.nowMs });
      return true;
    },

    async closeFor(ms) {
      book.closeFor(ms);
      await ask();
    },

    watchWaitingCalls(read) {
      readWaitingCalls = read;
    },
  };
}
