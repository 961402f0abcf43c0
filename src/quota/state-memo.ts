import type { LedgerState } from './ledger-script';

/**
 * How long the state after a call of this replica is read again, so that the next of several calls takes one round
 * trip and not two. If the state has changed since, Redis does not count that call.
 */
const STATE_LIFE_MS = 20;

/** The state of the ledger after the last call of this replica, as long as it can still be the newest one. */
export interface StateMemo {
  /** @param waitingCalls how many calls wait in this replica now */
  read(waitingCalls: number): LedgerState | undefined;
  set(state: LedgerState): void;
  clear(): void;
}

export function createStateMemo(replicaId: string, nowMs: () => number): StateMemo {
  let memo: { readonly state: LedgerState; readonly untilMs: number } | undefined;
  return {
    read(waitingCalls) {
      if (!memo || nowMs() >= memo.untilMs) return undefined;
      const own = memo.state.replicas.find(({ id }) => id === replicaId);
      return own?.waitingCalls === waitingCalls ? memo.state : undefined;
    },
    set(state) {
      memo = { state, untilMs: nowMs() + STATE_LIFE_MS };
    },
    clear() {
      memo = undefined;
    },
  };
}
