import { createChangeSignal } from '../domain/change-signal';
import type { CallLedger } from './call-ledger';
import { createLedgerExchange, type LedgerExchangeOptions } from './ledger-exchange';
import { callsChannel, parseCall } from './ledger-script';
import { createReplicaBook } from './replica-book';

export type RedisLedgerOptions = Omit<LedgerExchangeOptions, 'book' | 'readWaitingCalls'>;

/** The ledger of several replicas. While Redis is away, it is that of this replica's share. */
export function createRedisLedger(options: RedisLedgerOptions): CallLedger {
  const { link, prefix, clock, onRejected } = options;
  const book = createReplicaBook({ ...options, nowMs: () => clock.now() });
  let readWaitingCalls = () => 0;
  const exchange = createLedgerExchange({
    ...options,
    book,
    readWaitingCalls: () => readWaitingCalls(),
  });
  /** Fires when a replica has counted a call. */
  const counted = createChangeSignal();

  link.onDisconnected(() => {
    book.part();
  });
  link.subscribe(callsChannel(prefix), (message) => {
    const call = parseCall(message);
    if (!call) {
      onRejected('message');
      return;
    }
    book.hear(call);
    counted.fire();
  });

  return {
    async read() {
      return book.view(await exchange());
    },

    async take(view) {
      if (link.upSinceMs() === undefined) return book.takeApart(view);
      const id = book.newCallId();
      const signal = counted.next();
      const state = await exchange({ take: { id, version: view.version } });
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
