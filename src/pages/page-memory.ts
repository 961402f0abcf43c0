import { LRUCache } from 'lru-cache';
import { scopeKey, type BatchScope } from '../batching/scope';
import type { GatewayError } from '../domain/errors';
import type { StageTaskPage } from '../feishu/ports';
import { createTtlCache } from '../ttl-cache';
import { PageTokenRefused } from './explain-refusals';

/** Pages of a few dozen thousand users. Their tasks are mostly shared with the cache of answers. */
const MAX_BYTES = 16 * 2 ** 20;

/** How long a refused token costs no call. A client that repeats it would spend the quota of all. */
const REFUSAL_TTL_MS = 10 * 60_000;
const MAX_REFUSALS = 1_000;

export interface PageMemoryOptions {
  /** How long a page is used: as long as an answer counts as fresh. */
  readonly freshMs: number;
  readonly nowMs: () => number;
}

/** The fresh pages that this process has read, and the tokens that Feishu refused. */
export interface PageMemory {
  get(scope: BatchScope, pageToken: string): StageTaskPage | undefined;
  set(scope: BatchScope, pageToken: string, page: StageTaskPage): void;
  /**
   * Forgets the pages of a scope, because Feishu refuses the first one, or one that they lead to. A token that no
   * remembered page names may be a client's own invention.
   */
  noteRefused(scope: BatchScope, pageToken: string, refusal: GatewayError): void;
  /** The error that a page is refused with, without a call; `undefined`: it is not refused. */
  refusalOf(scope: BatchScope, pageToken: string): GatewayError | undefined;
}

export function createPageMemory({ freshMs, nowMs }: PageMemoryOptions): PageMemory {
  const pages = new LRUCache<string, StageTaskPage>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ users }, key) => Buffer.byteLength(JSON.stringify(users)) + key.length,
  });

  const refusals = createTtlCache<GatewayError>({
    maxEntries: MAX_REFUSALS,
    ttlMs: REFUSAL_TTL_MS,
    nowMs,
  });

  return {
    get(scope, pageToken) {
      const page = pages.get(keyOf(scope, pageToken));
      return page && nowMs() - page.fetchedAtMs < freshMs ? page : undefined;
    },
    set(scope, pageToken, page) {
      // Feishu has just named this token, so an earlier refusal was of another moment.
      if (page.nextPageToken !== null) refusals.delete(keyOf(scope, page.nextPageToken));
      // A page with errors is read again, because the next answer may be readable.
      const isReadable = page.isComplete && !page.users.some((user) => user instanceof Error);
      if (freshMs > 0 && isReadable) pages.set(keyOf(scope, pageToken), page);
    },
    noteRefused(scope, pageToken, refusal) {
      if (refusal instanceof PageTokenRefused) refusals.set(keyOf(scope, pageToken), refusal);
      const ofScope = keyOf(scope, '');
      const known = [...pages].filter(([key]) => key.startsWith(ofScope));
      const isKnown = known.some(([, { nextPageToken }]) => nextPageToken === pageToken);
      if (pageToken !== '' && !isKnown) return;
      for (const [key] of known) pages.delete(key);
    },
    refusalOf: (scope, pageToken) => refusals.get(keyOf(scope, pageToken)),
  };
}

/** Also the key of a page in flight. A scope's key is JSON on one line. */
export function keyOf(scope: BatchScope, pageToken: string): string {
  return `${scopeKey(scope)}\n${pageToken}`;
}
