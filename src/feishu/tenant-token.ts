import type { Clock } from '../domain/clock';
import { Secret } from '../domain/secret';
import type { Logger } from '../observability/logger';
import type { Credentials } from './credentials';
import type { TenantTokenWire } from './wire/tenant-token.wire';

/**
 * With less than 30 minutes left, upstream hands out a new token while the old one stays valid. (fact 20)
 * Renewing inside that overlap, ahead of need, means that no call ever waits for it.
 */
const REFRESH_AHEAD_MS = 20 * 60_000;
/** Not used for the last seconds of its life, so that it does not expire on its way. */
const EXPIRY_MARGIN_MS = 10_000;
/** After a renewal ahead of need that failed. */
const REFRESH_RETRY_MS = 60_000;

interface HeldToken {
  readonly token: Secret;
  readonly expiresAtMs: number;
  refreshAtMs: number;
}

export interface TenantTokenOptions {
  /** One call to the token endpoint, shared by all who wait. */
  readonly fetchToken: () => Promise<TenantTokenWire>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Custody of the app's one tenant token: single flight, renewed ahead of need, dropped once refused. */
export function createTenantTokenCustody(options: TenantTokenOptions): Credentials {
  const { fetchToken, clock, log } = options;
  let held: HeldToken | undefined;
  let flight: Promise<HeldToken> | undefined;

  function fetchOnce(): Promise<HeldToken> {
    flight ??= fetchToken()
      .then((answer) => (held = hold(answer, clock.now())))
      .finally(() => (flight = undefined));
    return flight;
  }

  function refreshAhead(current: HeldToken): void {
    current.refreshAtMs = clock.now() + REFRESH_RETRY_MS;
    // Why it failed has been logged where it did.
    fetchOnce().catch(() => {
      log.warn('could not renew the tenant token ahead of need, will try again');
    });
  }

  return {
    kind: 'app',
    async token() {
      const nowMs = clock.now();
      if (!held || nowMs >= held.expiresAtMs - EXPIRY_MARGIN_MS) return (await fetchOnce()).token;
      if (nowMs >= held.refreshAtMs) refreshAhead(held);
      return held.token;
    },
    // Many calls may learn at once that the same token was refused: only the one still held is dropped,
    // so that the first of them renews and the others find the new one.
    drop(refused) {
      if (held?.token === refused) held = undefined;
      return true;
    },
  };
}

function hold(answer: TenantTokenWire, nowMs: number): HeldToken {
  const lifeMs = answer.expire * 1_000;
  return {
    token: new Secret(answer.tenant_access_token),
    expiresAtMs: nowMs + lifeMs,
    // A token that is handed out short-lived is used for half its life before it is asked for again.
    refreshAtMs: nowMs + Math.max(lifeMs - REFRESH_AHEAD_MS, lifeMs / 2),
  };
}
