import { createChangeSignal } from '../domain/change-signal';
import type { CallLedger } from './call-ledger';
import { createLedgerExchange, type LedgerExchangeOptions } from './ledger-exchange';
import { callsChannel, parseCall, type LedgerState } from './ledger-script';
import { createReplicaBook } from './replica-book';
import { createStateMemo } from './state-memo';

export type RedisLedgerOptions = Omit<
  LedgerExchangeOptions,
  'book' | 'readWaitingCalls' | 'onState'
>;

/** A ledger that replicas share through Redis. While Redis is unreachable, it counts this replica's share. */
export function createRedisLedger(options: RedisLedgerOptions): CallLedger {
  const { link, prefix, replicaId, clock, onRejected } = options;
  const book = createReplicaBook({ ...options, nowMs: () => clock.now() });
  let readWaitingCalls = () => 0;
  /**
   * The newest state that this replica knows. It is cleared when another replica counts a call, when this one
   * closes the gate or ends a probe, and when Redis becomes unreachable.
   */
  const memo = createStateMemo(replicaId, () => clock.now());
  const exchange = createLedgerExchange({
    ...options,
    book,
    readWaitingCalls: () => readWaitingCalls(),
    onState: (state) => {
      memo.set(state);
    },
  });
  /** Fires when any replica has counted a call. */
  const counted = createChangeSignal();
  let callsCounted = 0;
  let telling: Promise<unknown> | undefined;

  link.onDisconnected(() => {
    memo.clear();
    book.disconnect();
  });
  link.subscribe(callsChannel(prefix), (message) => {
    const call = parseCall(message);
    if (!call) {
      onRejected('message');
      return;
    }
    if (!call.id.startsWith(`${replicaId}:`)) memo.clear();
    book.addCall(call);
    callsCounted += 1;
    counted.fire();
  });

  /**
   * Resolves when the replicas before this one have made their calls, or have let their turns pass. If each call woke
   * all replicas, a hundred of them would keep Redis busy.
   */
  async function waitForTurn({ waitForTurnMs, turnsBefore }: LedgerState, sinceCalls: number) {
    const endMs = clock.now() + waitForTurnMs;
    while (callsCounted - sinceCalls < turnsBefore && clock.now() < endMs)
      await clock.sleep(endMs - clock.now(), counted.next()).catch(() => undefined);
  }

  function tellWaitingCalls(): void {
    if (link.upSinceMs() === undefined || memo.waitingCalls() === readWaitingCalls()) return;
    telling ??= exchange().then((state) => {
      telling = undefined;
      // The number may have changed meanwhile.
      if (state) tellWaitingCalls();
    });
  }

  return {
    async read() {
      return book.read(await exchange());
    },

    recent() {
      // While Redis is unreachable, a late reply to a command that has timed out may set the memo again.
      if (link.upSinceMs() === undefined || book.isApart()) return undefined;
      const state = memo.recent();
      if (!state) return undefined;
      // The other replicas leave a turn to this one for each call that waits.
      if (readWaitingCalls() < (memo.waitingCalls() ?? 0)) tellWaitingCalls();
      return book.read(state);
    },

    async take(reading, calls) {
      if (link.upSinceMs() === undefined) return book.takeFromShare(reading) ? 1 : 0;
      const ids = Array.from({ length: calls }, () => book.newCallId());
      const sinceCalls = callsCounted;
      const state = await exchange({ take: { ids, version: reading.version } });
      if (!state?.taken) {
        if (state) await waitForTurn(state, sinceCalls);
        return 0;
      }
      for (const id of ids.slice(0, state.taken)) book.noteTaken(id);
      return state.taken;
    },

    async closeFor(request) {
      memo.clear();
      book.closeFor(request);
      await exchange({ endsProbe: true });
    },

    async noteAnswered() {
      if (!book.noteAnswered()) return;
      memo.clear();
      await exchange({ endsProbe: true });
    },

    watchWaitingCalls(read) {
      readWaitingCalls = read;
    },

    tellWaitingCalls,
  };
}
