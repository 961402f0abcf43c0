import type { LedgerState } from './ledger-script';

/** A little longer than the time between two pulses, each of which brings a new state. */
const STATE_LIFE_MS = 600;

/** The state of the ledger as this replica knows it, as long as it can still be the newest one. */
export interface StateMemo {
  /** @returns `undefined` if the state may have changed, or if the gate is closed in it */
  recent(): LedgerState | undefined;
  /** How many calls of this replica wait, as the other replicas know it. */
  waitingCalls(): number | undefined;
  set(state: LedgerState): void;
  clear(): void;
}

export function createStateMemo(replicaId: string, nowMs: () => number): StateMemo {
  let memo: { readonly state: LedgerState; readonly untilMs: number } | undefined;
  return {
    recent() {
      if (!memo || nowMs() >= memo.untilMs) return undefined;
      // Another replica may have ended a closing, which is not published.
      const closedForMs = memo.state.closing?.forMs ?? 0;
      return closedForMs > 0 ? undefined : memo.state;
    },
    waitingCalls: () => memo?.state.replicas.find(({ id }) => id === replicaId)?.waitingCalls,
    set(state) {
      memo = { state, untilMs: nowMs() + STATE_LIFE_MS };
    },
    clear() {
      memo = undefined;
    },
  };
}
