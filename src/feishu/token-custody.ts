import type { Clock } from '../domain/clock';
import type { Secret } from '../domain/secret';
import type { Logger } from '../observability/logger';
import type { Credentials } from './credentials';
import { AppNotInstalled } from './ports';

/**
 * When a token has less than 30 minutes left, Feishu issues a new one and the old one stays valid. (fact 20)
 * Renewing the token in that overlap means that no call has to wait for a new one.
 */
const REFRESH_AHEAD_MS = 20 * 60_000;
/** A token is not used in its last seconds, so that it does not expire during the call. */
const EXPIRY_MARGIN_MS = 10_000;
/** The pause after a failed renewal. */
const REFRESH_RETRY_MS = 60_000;
/** A company without the app costs one call in this time, however many operations ask for it. */
const NOT_INSTALLED_MS = 60_000;

/** A token as Feishu has just issued it. */
export interface IssuedToken {
  readonly token: Secret;
  readonly lifeSeconds: number;
}

interface CachedToken {
  readonly token: Secret;
  readonly expiresAtMs: number;
  refreshAtMs: number;
}

export interface TokenCustodyOptions {
  /** For the log, e.g. `tenant token`. */
  readonly name: string;
  /** Makes one call to the token endpoint. */
  readonly fetchToken: () => Promise<IssuedToken>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Holds a token: fetches it once for all waiting calls, renews it early, drops a refused one. */
export function createTokenCustody(options: TokenCustodyOptions): Credentials {
  const { name, fetchToken, clock, log } = options;
  let cached: CachedToken | undefined;
  let inFlight: Promise<CachedToken> | undefined;
  let paused: { readonly reason: AppNotInstalled; readonly untilMs: number } | undefined;

  function pause(reason: AppNotInstalled): void {
    cached = undefined;
    paused = { reason, untilMs: clock.now() + NOT_INSTALLED_MS };
  }

  function fetchOnce(): Promise<CachedToken> {
    inFlight ??= fetchToken()
      .then((issued) => (cached = toCachedToken(issued, clock.now())))
      .catch((error: unknown) => {
        if (error instanceof AppNotInstalled) pause(error);
        throw error;
      })
      .finally(() => (inFlight = undefined));
    return inFlight;
  }

  function refreshAhead(current: CachedToken): void {
    current.refreshAtMs = clock.now() + REFRESH_RETRY_MS;
    // The Feishu client has already logged the reason.
    fetchOnce().catch(() => {
      log.warn(`${name} renewal failed`);
    });
  }

  return {
    kind: 'app',
    async token() {
      const nowMs = clock.now();
      if (paused && nowMs < paused.untilMs) throw paused.reason;
      if (!cached || nowMs >= cached.expiresAtMs - EXPIRY_MARGIN_MS)
        return (await fetchOnce()).token;
      if (nowMs >= cached.refreshAtMs) refreshAhead(cached);
      return cached.token;
    },
    // Feishu may refuse the same token for many calls at once. Only the cached token is dropped: the first
    // call renews it, and the others find the new one.
    drop(refused) {
      if (cached?.token === refused) cached = undefined;
      return true;
    },
    pause,
  };
}

function toCachedToken({ token, lifeSeconds }: IssuedToken, nowMs: number): CachedToken {
  const lifeMs = lifeSeconds * 1_000;
  return {
    token,
    expiresAtMs: nowMs + lifeMs,
    // A token with a short life is renewed after half of it.
    refreshAtMs: nowMs + Math.max(lifeMs - REFRESH_AHEAD_MS, lifeMs / 2),
  };
}
