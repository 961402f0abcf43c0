import type { Principal } from '../domain/principal';
import type { Logger } from '../observability/logger';
import type { Authenticator, RejectionReason } from './authenticator';
import { createBudget } from './budget';
import type { DenialRecord } from './denials';
import { addressPseudonymOf } from './digest';

/** Credentials that were refused. */
export interface Rejection {
  /** Who refused them; `none` where nobody took them for theirs. */
  readonly authenticator: Authenticator['name'] | 'none';
  readonly reason: RejectionReason;
}

/** `look-up`: tokens that Feishu was not asked about. */
export type RefusalKind = 'authentication' | 'access' | 'rate' | 'look-up';

/** Whose look-ups are used up: those of one address, or those that all share. */
export type UsedUp = 'address' | 'everybody';

/** What was refused to whom: a line each, and a count that no budget cuts. */
export interface Audit {
  readonly rejected: (rejection: Rejection, requestId: string, address: string) => void;
  readonly denied: (denial: DenialRecord, requestId: string) => void;
  readonly limited: (principal: Principal, requestId: string) => void;
  /** A token was not looked up. */
  readonly notLookedUp: (usedUp: UsedUp) => void;
}

export interface AuditOptions {
  readonly log: Logger;
  readonly nowMs: () => number;
  readonly onRefusal: (kind: RefusalKind) => void;
}

/** Who knocks with bad credentials has no name, and shall not fill the log. */
const LINES_PER_MINUTE = 60;

export function createAudit({ log, nowMs, onRefusal }: AuditOptions): Audit {
  const budget = createBudget(LINES_PER_MINUTE, nowMs);
  // Lines of their own: a flood of refusals shall not hide that look-ups are used up.
  const lookUpLines = { address: createBudget(1, nowMs), everybody: createBudget(1, nowMs) };
  /** Lines that were left out since the last one. */
  let unlogged = 0;

  function warnWithinBudget(fields: object, message: string): void {
    if (!budget.take()) {
      unlogged += 1;
      return;
    }
    log.warn({ ...fields, ...(unlogged > 0 && { unlogged }) }, message);
    unlogged = 0;
  }

  return {
    rejected(rejection, requestId, address) {
      onRefusal('authentication');
      const client = addressPseudonymOf(address);
      warnWithinBudget({ ...rejection, client, requestId }, 'credentials refused');
    },
    denied(denial, requestId) {
      onRefusal('access');
      log.warn({ ...denial, requestId }, 'access denied');
    },
    limited({ kind, name }, requestId) {
      onRefusal('rate');
      warnWithinBudget({ caller: { kind, name }, requestId }, 'rate limit reached');
    },
    notLookedUp(usedUp) {
      onRefusal('look-up');
      if (lookUpLines[usedUp].take()) log.warn({ usedUp }, 'look-ups of tokens are used up');
    },
  };
}
