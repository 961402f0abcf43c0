import { createChangeSignal } from '../domain/change-signal';
import type { CallLedger } from './call-ledger';
import { createLedgerExchange, type LedgerExchangeOptions } from './ledger-exchange';
import { callsChannel, parseCall, type LedgerState } from './ledger-script';
import { createReplicaBook } from './replica-book';

export type RedisLedgerOptions = Omit<LedgerExchangeOptions, 'book' | 'readWaitingCalls'>;

/**
 * How long the state after a call of this replica is read again, so that the next of several calls takes one round
 * trip and not two. If the state has changed since, Redis does not count that call.
 */
const STATE_LIFE_MS = 20;

/** A ledger that replicas share through Redis. While Redis is unreachable, it counts this replica's share. */
export function createRedisLedger(options: RedisLedgerOptions): CallLedger {
  const { link, prefix, replicaId, clock, onRejected } = options;
  const book = createReplicaBook({ ...options, nowMs: () => clock.now() });
  let readWaitingCalls = () => 0;
  const exchange = createLedgerExchange({
    ...options,
    book,
    readWaitingCalls: () => readWaitingCalls(),
  });
  /** Fires when any replica has counted a call. */
  const counted = createChangeSignal();

  let afterTake: { readonly state: LedgerState; readonly untilMs: number } | undefined;

  /** The state after the last call, if other replicas have counted none since and know what waits here. */
  function stateAfterTake(): LedgerState | undefined {
    if (!afterTake || clock.now() >= afterTake.untilMs) return undefined;
    const { state } = afterTake;
    const own = state.replicas.find(({ id }) => id === replicaId);
    return own?.waitingCalls === readWaitingCalls() ? state : undefined;
  }

  link.onDisconnected(() => {
    afterTake = undefined;
    book.disconnect();
  });
  link.subscribe(callsChannel(prefix), (message) => {
    const call = parseCall(message);
    if (!call) {
      onRejected('message');
      return;
    }
    if (!call.id.startsWith(`${replicaId}:`)) afterTake = undefined;
    book.addCall(call);
    counted.fire();
  });

  return {
    async read() {
      return book.read(stateAfterTake() ?? (await exchange()));
    },

    async take(reading) {
      if (link.upSinceMs() === undefined) return book.takeFromShare(reading);
      const id = book.newCallId();
      const signal = counted.next();
      const state = await exchange({ take: { id, version: reading.version } });
      if (state?.taken) book.noteTaken(id);
      afterTake = state?.taken ? { state, untilMs: clock.now() + STATE_LIFE_MS } : undefined;
      const waitMs = state?.waitForTurnMs ?? 0;
      if (waitMs > 0) await clock.sleep(waitMs, signal).catch(() => undefined);
      return state?.taken ?? false;
    },

    async closeFor(request) {
      afterTake = undefined;
      book.closeFor(request);
      await exchange({ endsProbe: true });
    },

    async noteAnswered() {
      if (!book.noteAnswered()) return;
      afterTake = undefined;
      await exchange({ endsProbe: true });
    },

    watchWaitingCalls(read) {
      readWaitingCalls = read;
    },
  };
}
