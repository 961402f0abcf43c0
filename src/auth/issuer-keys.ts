import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';

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
  /** Fetches the keys where that is due. False: there are none, and fetching them has just failed. Rejects when it fails. */
  ready(): Promise<boolean>;
  /** Fetches the keys to find one that is not known. False: they have just been fetched. Rejects when it fails. */
  search(): Promise<boolean>;
  noteFailure(error: unknown): void;
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
/** While no key is known, no request fetches for this long after a failure. */
export const PAUSE_AFTER_FAILURE_MS = 1_000;

export function createIssuerKeys({ url, nowMs, onFailure }: IssuerKeysOptions): IssuerKeys {
  const keys = createRemoteJWKSet(new URL(url), {
    timeoutDuration: TIMEOUT_MS,
    // jose counts these by the wall clock, which may step: when to fetch is decided here.
    cacheMaxAge: Infinity,
    cooldownDuration: Infinity,
  });
  let fetchedAtMs = -Infinity;
  let failedAtMs = -Infinity;
  const sinceFetchMs = () => nowMs() - fetchedAtMs;
  const sinceFailureMs = () => nowMs() - failedAtMs;

  async function fetchKeys(): Promise<void> {
    await keys.reload();
    fetchedAtMs = nowMs();
  }

  function noteFailure(error: unknown): void {
    failedAtMs = nowMs();
    onFailure(error);
  }

  /** While the issuer is down, the keys that are known are as good as before. */
  async function renew(): Promise<void> {
    const isDue = sinceFetchMs() >= RENEW_AFTER_MS;
    if (isDue && sinceFailureMs() >= PAUSE_BETWEEN_RENEWALS_MS) {
      await fetchKeys().catch(noteFailure);
    }
  }

  return {
    find: keys,
    noteFailure,

    async ready() {
      if (sinceFetchMs() < KEEP_MS) await renew();
      else if (sinceFailureMs() < PAUSE_AFTER_FAILURE_MS) return false;
      else await fetchKeys();
      return true;
    },

    async search() {
      if (sinceFetchMs() < PAUSE_BETWEEN_SEARCHES_MS) return false;
      await fetchKeys();
      return true;
    },
  };
}
