import { createChangeSignal } from '../domain/change-signal';
import type { CallLedger } from './call-ledger';
import { createLedgerExchange, type LedgerExchangeOptions } from './ledger-exchange';
import { callsChannel, parseCall } from './ledger-script';
import { createReplicaBook } from './replica-book';

export type RedisLedgerOptions = Omit<LedgerExchangeOptions, 'book' | 'readWaitingCalls'>;

/** A ledger that replicas share through Redis. While Redis is unreachable, it counts this replica's share. */
export function createRedisLedger(options: RedisLedgerOptions): CallLedger {
  const { link, prefix, clock, onRejected } = options;
  const book = createReplicaBook({ ...options, nowMs: () => clock.now() });
  let readWaitingCalls = () => 0;
  const exchange = createLedgerExchange({
    ...options,
    book,
    readWaitingCalls: () => readWaitingCalls(),
  });
  /** Fires when any replica has counted a call. */
  const counted = createChangeSignal();

  link.onDisconnected(() => {
    book.disconnect();
  });
  link.subscribe(callsChannel(prefix), (message) => {
    const call = parseCall(message);
    if (!call) {
      onRejected('message');
      return;
    }
    book.addCall(call);
    counted.fire();
  });

  return {
    async read() {
      return book.read(await exchange());
    },

    async take(reading) {
      if (link.upSinceMs() === undefined) return book.takeFromShare(reading);
      const id = book.newCallId();
      const signal = counted.next();
      const state = await exchange({ take: { id, version: reading.version } });
      if (state?.taken) book.noteTaken(id);
      const waitMs = state?.waitForTurnMs ?? 0;
      if (waitMs > 0) await clock.sleep(waitMs, signal).catch(() => undefined);
      return state?.taken ?? false;
    },

    async closeFor(request) {
      book.closeFor(request);
      await exchange({ endsProbe: true });
    },

    async noteAnswered() {
      if (book.noteAnswered()) await exchange({ endsProbe: true });
    },

    watchWaitingCalls(read) {
      readWaitingCalls = read;
    },
  };
}
