import type { Principal } from '../domain/principal';
import type { Logger } from '../observability/logger';
import type { Authenticator, RejectionReason } from './authenticator';
import { nameOf } from './person';
import { createFixedWindow } from './fixed-window';
import type { DenialRecord } from './denials';
import { addressPseudonymOf } from './digest';

/** Why an authenticator, or the gateway itself, rejected the credentials of a request. */
export interface Rejection {
  /** `none` if no authenticator handles these credentials. */
  readonly authenticator: Authenticator['name'] | 'none';
  readonly reason: RejectionReason;
}

/**
 * `rate`: too many requests in a minute. `concurrency`: too many requests in progress. `stream`: too many streams.
 * `tenant`: too many companies at once.
 */
export type LimitKind = 'rate' | 'concurrency' | 'stream' | 'tenant';

/** `look-up`: the gateway did not ask Feishu about a token, since a limit was reached. */
export type RefusalKind = 'authentication' | 'access' | LimitKind | 'look-up';

/** Which look-up limit is reached: that of one client address, or the one that all clients share. */
export type ExhaustedLimit = 'address' | 'all';

/**
 * Counts rejections, denials and limits. Logs rejections and limits up to 60 lines a minute; denials always, one
 * line per operation and reason.
 */
export interface Audit {
  readonly rejected: (rejection: Rejection, requestId: string, address: string) => void;
  readonly denied: (denial: DenialRecord, requestId: string) => void;
  readonly limited: (limit: LimitKind, principal: Principal, requestId: string) => void;
  /** Records a token that was not looked up. */
  readonly notLookedUp: (limit: ExhaustedLimit) => void;
}

export interface AuditOptions {
  readonly log: Logger;
  readonly nowMs: () => number;
  readonly onRefusal: (kind: RefusalKind) => void;
}

/** Rejected credentials have no principal. This limit keeps them from flooding the log. */
const LINES_PER_MINUTE = 60;

export function createAudit({ log, nowMs, onRefusal }: AuditOptions): Audit {
  const lines = createFixedWindow(LINES_PER_MINUTE, nowMs);
  // These lines have limits of their own, so that a flood of other lines cannot hide them.
  const lookUpLines = { address: createFixedWindow(1, nowMs), all: createFixedWindow(1, nowMs) };
  /** Lines that were suppressed since the last logged line. */
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
      warnWithinLimit({ ...rejection, client, requestId }, 'credentials rejected');
    },
    denied(denial, requestId) {
      onRefusal('access');
      log.warn({ ...denial, requestId }, 'access denied');
    },
    limited(limit, principal, requestId) {
      onRefusal(limit);
      warnWithinLimit({ principal: nameOf(principal), requestId }, `${limit} limit reached`);
    },
    notLookedUp(limit) {
      onRefusal('look-up');
      if (lookUpLines[limit].take()) log.warn({ limit }, 'token look-up limit reached');
    },
  };
}
