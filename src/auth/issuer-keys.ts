import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import { GatewayError } from '../domain/errors';

export interface IssuerKeysOptions {
  readonly url: string;
  /** Monotonic. */
  readonly nowMs: () => number;
  /** The keys could not be fetched. */
  readonly onFailure: (error: unknown) => void;
}

/** The keys of one issuer, which are fetched when one is needed that is not known yet, and kept. */
export interface IssuerKeys {
  readonly find: JWTVerifyGetKey;
  /** Fetches the keys where that is due. @throws GatewayError `UPSTREAM_UNAVAILABLE` if no key is known. */
  ready(): Promise<void>;
  /**
   * Fetches the keys to find one that is not known. False: they have just been fetched.
   * @throws GatewayError `UPSTREAM_UNAVAILABLE` if the issuer does not answer, or has just failed to
   */
  search(): Promise<boolean>;
  /** Notes that the keys are of no use. */
  unavailable(error: unknown): GatewayError;
}

const TIMEOUT_MS = 3_000;
/** How long a key that the issuer has taken back may still open the gateway, while the issuer is up. */
const RENEW_AFTER_MS = 10 * 60_000;
/** How long known keys stay valid while the issuer is unreachable. */
const KEEP_MS = 24 * 60 * 60_000;
/** A renewal delays the request that triggers it, so start one at most once a minute. */
const PAUSE_BETWEEN_RENEWALS_MS = 60_000;
/** Keys that the issuer has not published cannot make the gateway fetch again and again. */
const PAUSE_BETWEEN_SEARCHES_MS = 30_000;
/** After a failure, no request fetches for this long: neither the first keys nor an unknown one. */
const PAUSE_AFTER_FAILURE_MS = 1_000;

export function createIssuerKeys({ url, nowMs, onFailure }: IssuerKeysOptions): IssuerKeys {
  const keys = createRemoteJWKSet(new URL(url), {
    timeoutDuration: TIMEOUT_MS,
    // jose counts these by the wall clock, which may step: when to fetch is decided here.
    cacheMaxAge: Infinity,
    cooldownDuration: Infinity,
  });
  let fetchedAtMs = -Infinity;
  let failedAtMs = -Infinity;
  /** Apart from other failures: a renewal that failed does not put off the search for a new key. */
  let searchFailedAtMs = -Infinity;
  const sinceFetchMs = () => nowMs() - fetchedAtMs;
  const sinceFailureMs = () => nowMs() - failedAtMs;

  /** Requests that come while the keys are fetched share one fetch. */
  async function fetchKeys(): Promise<void> {
    await keys.reload();
    fetchedAtMs = nowMs();
  }

  function unavailable(error: unknown): GatewayError {
    failedAtMs = nowMs();
    onFailure(error);
    return noKeys();
  }

  /** While the issuer is down, the keys that are known are as good as before. */
  async function renew(): Promise<void> {
    const isDue = sinceFetchMs() >= RENEW_AFTER_MS;
    if (isDue && sinceFailureMs() >= PAUSE_BETWEEN_RENEWALS_MS) {
      await fetchKeys().catch(unavailable);
    }
  }

  return {
    find: keys,
    unavailable,

    async ready() {
      if (sinceFetchMs() < KEEP_MS) return renew();
      if (sinceFailureMs() < PAUSE_AFTER_FAILURE_MS) throw noKeys();
      return fetchKeys().catch((error: unknown) => {
        throw unavailable(error);
      });
    },

    async search() {
      if (sinceFetchMs() < PAUSE_BETWEEN_SEARCHES_MS) return false;
      if (nowMs() - searchFailedAtMs < PAUSE_AFTER_FAILURE_MS) throw noKeys();
      await fetchKeys().catch((error: unknown) => {
        searchFailedAtMs = nowMs();
        throw unavailable(error);
      });
      return true;
    },
  };
}

function noKeys(): GatewayError {
  return new GatewayError(
    'UPSTREAM_UNAVAILABLE',
    "cannot verify the token: the issuer's keys could not be fetched",
    { retryAfterMs: PAUSE_AFTER_FAILURE_MS },
  );
}
