import type { Principal } from '../domain/principal';
import type { Logger } from '../observability/logger';
import type { Authenticator, RejectionReason } from './authenticator';
import { createFixedWindow } from './fixed-window';
import type { DenialRecord } from './denials';
import { addressPseudonymOf } from './digest';

/** Credentials that were refused. */
export interface Rejection {
  /** The authenticator that refused them; `none` where no authenticator handles them. */
  readonly authenticator: Authenticator['name'] | 'none';
  readonly reason: RejectionReason;
}

/** `rate`: too many requests in a minute. `concurrency`: too many at once. */
export type LimitKind = 'rate' | 'concurrency';

/** `look-up`: tokens that Feishu was not asked about. */
export type RefusalKind = 'authentication' | 'access' | LimitKind | 'look-up';

/** Whose look-ups are used up: those of one address, or those that all share. */
export type UsedUp = 'address' | 'all';

/** What was refused to whom: one line each up to a limit, and a count of all. */
export interface Audit {
  readonly rejected: (rejection: Rejection, requestId: string, address: string) => void;
  readonly denied: (denial: DenialRecord, requestId: string) => void;
  readonly limited: (limit: LimitKind, principal: Principal, requestId: string) => void;
  /** A token was not looked up. */
  readonly notLookedUp: (usedUp: UsedUp) => void;
}

export interface AuditOptions {
  readonly log: Logger;
  readonly nowMs: () => number;
  readonly onRefusal: (kind: RefusalKind) => void;
}

/** Failed logins have no principal: a limit keeps them from flooding the log. */
const LINES_PER_MINUTE = 60;

export function createAudit({ log, nowMs, onRefusal }: AuditOptions): Audit {
  const lines = createFixedWindow(LINES_PER_MINUTE, nowMs);
  // Counted apart, so that a flood of refusals does not hide that look-ups are used up.
  const lookUpLines = { address: createFixedWindow(1, nowMs), all: createFixedWindow(1, nowMs) };
  /** Lines that were left out since the last one. */
  let unlogged = 0;

  function warnWithinLimit(fields: object, message: string): void {
    if (!lines.take()) {
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
      warnWithinLimit({ ...rejection, client, requestId }, 'credentials refused');
    },
    denied(denial, requestId) {
      onRefusal('access');
      log.warn({ ...denial, requestId }, 'access denied');
    },
    limited(limit, { kind, name }, requestId) {
      onRefusal(limit);
      warnWithinLimit({ principal: { kind, name }, requestId }, `${limit} limit reached`);
    },
    notLookedUp(usedUp) {
      onRefusal('look-up');
      if (lookUpLines[usedUp].take()) log.warn({ usedUp }, 'look-ups of tokens are used up');
    },
  };
}
