import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import { GatewayError } from '../domain/errors';

export interface IssuerKeysOptions {
  readonly url: string;
  /** Monotonic. */
  readonly nowMs: () => number;
  /** Called when the keys could not be fetched. */
  readonly onFailure: (error: unknown) => void;
}

/** Caches the public keys of one issuer. Fetches them at first use, when they are old, or for an unknown key. */
export interface IssuerKeys {
  readonly find: JWTVerifyGetKey;
  /** Fetches the keys if they are missing or old. @throws GatewayError `UPSTREAM_UNAVAILABLE` if none are cached */
  ready(): Promise<void>;
  /**
   * Fetches the keys because a token names an unknown one.
   * @returns false without a fetch if the keys were fetched a moment ago
   * @throws GatewayError `UPSTREAM_UNAVAILABLE` if the fetch fails, or has just failed
   */
  refetch(): Promise<boolean>;
}

const TIMEOUT_MS = 3_000;
/** How long the gateway accepts a key after the issuer has withdrawn it, while the issuer is reachable. */
const RENEW_AFTER_MS = 10 * 60_000;
/** How long cached keys stay valid while the issuer is unreachable. */
const KEEP_MS = 24 * 60 * 60_000;
/** A renewal delays the request that triggers it, so start one at most once a minute. */
const PAUSE_BETWEEN_RENEWALS_MS = 60_000;
/** Tokens with made-up key IDs cannot make the gateway fetch more often than this. */
const PAUSE_BETWEEN_REFETCHES_MS = 30_000;
/** After a failure, no request fetches missing keys or an unknown key for this long. */
const PAUSE_AFTER_FAILURE_MS = 1_000;

export function createIssuerKeys({ url, nowMs, onFailure }: IssuerKeysOptions): IssuerKeys {
  const keys = createRemoteJWKSet(new URL(url), {
    timeoutDuration: TIMEOUT_MS,
    // jose measures these with the wall clock, which may step. This file decides when to fetch, so both are off.
    cacheMaxAge: Infinity,
    cooldownDuration: Infinity,
  });
  let fetchedAtMs = -Infinity;
  let failedAtMs = -Infinity;
  /** Separate from `failedAtMs`: a failed renewal does not delay the fetch of an unknown key. */
  let refetchFailedAtMs = -Infinity;
  const sinceFetchMs = () => nowMs() - fetchedAtMs;
  const sinceFailureMs = () => nowMs() - failedAtMs;

  /** jose shares one fetch between concurrent requests. */
  async function fetchKeys(): Promise<void> {
    await keys.reload();
    fetchedAtMs = nowMs();
  }

  /** Records a failure. @returns the error for the client */
  function unavailable(error: unknown): GatewayError {
    failedAtMs = nowMs();
    onFailure(error);
    return noKeys();
  }

  /** Never rejects: while the issuer is unreachable, the cached keys stay valid. */
  async function renew(): Promise<void> {
    const isDue = sinceFetchMs() >= RENEW_AFTER_MS;
    if (isDue && sinceFailureMs() >= PAUSE_BETWEEN_RENEWALS_MS) {
      await fetchKeys().catch(unavailable);
    }
  }

  return {
    find: keys,

    async ready() {
      if (sinceFetchMs() < KEEP_MS) return renew();
      if (sinceFailureMs() < PAUSE_AFTER_FAILURE_MS) throw noKeys();
      return fetchKeys().catch((error: unknown) => {
        throw unavailable(error);
      });
    },

    async refetch() {
      if (sinceFetchMs() < PAUSE_BETWEEN_REFETCHES_MS) return false;
      if (nowMs() - refetchFailedAtMs < PAUSE_AFTER_FAILURE_MS) throw noKeys();
      await fetchKeys().catch((error: unknown) => {
        refetchFailedAtMs = nowMs();
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
