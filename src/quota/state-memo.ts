import type { LedgerState } from './ledger-script';

/** How long a state is used: a little longer than from one pulse, which brings a new state, to the next. */
const STATE_LIFE_MS = 600;

/** The newest state of the shared ledger that this replica knows. */
export interface StateMemo {
  /** @returns `undefined` if there is none, if it is older than 600 ms, or if the gate is closed in it */
  recent(): LedgerState | undefined;
  /** How many calls of this replica wait, as the other replicas know it; `undefined` if there is no state. */
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
