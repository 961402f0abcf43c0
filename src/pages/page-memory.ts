import { LRUCache } from 'lru-cache';
import { scopeKey, type BatchScope } from '../batching/scope';
import type { StageTaskPage } from '../feishu/ports';

/** Pages of a few dozen thousand users. Their tasks are mostly shared with the cache of answers. */
const MAX_BYTES = 16 * 2 ** 20;

export interface PageMemoryOptions {
  /** How long a page is used: as long as an answer counts as fresh. */
  readonly freshMs: number;
  readonly nowMs: () => number;
}

/** The fresh pages that this process has read. */
export interface PageMemory {
  get(scope: BatchScope, pageToken: string): StageTaskPage | undefined;
  set(scope: BatchScope, pageToken: string, page: StageTaskPage): void;
  /**
   * Forgets the pages of a scope, because Feishu refuses the first one, or one that they lead to. A token that no
   * remembered page names may be a client's own invention.
   */
  noteRefused(scope: BatchScope, pageToken: string): void;
}

export function createPageMemory({ freshMs, nowMs }: PageMemoryOptions): PageMemory {
  const pages = new LRUCache<string, StageTaskPage>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ users }, key) => Buffer.byteLength(JSON.stringify(users)) + key.length,
  });

  return {
    get(scope, pageToken) {
      const page = pages.get(keyOf(scope, pageToken));
      return page && nowMs() - page.fetchedAtMs < freshMs ? page : undefined;
    },
    set(scope, pageToken, page) {
      // A page with errors is read again, because the next answer may be readable.
      const isReadable = page.isComplete && !page.users.some((user) => user instanceof Error);
      if (freshMs > 0 && isReadable) pages.set(keyOf(scope, pageToken), page);
    },
    noteRefused(scope, pageToken) {
      const ofScope = keyOf(scope, '');
      const known = [...pages].filter(([key]) => key.startsWith(ofScope));
      const isKnown = known.some(([, { nextPageToken }]) => nextPageToken === pageToken);
      if (pageToken !== '' && !isKnown) return;
      for (const [key] of known) pages.delete(key);
    },
  };
}

/** Also the key of a page in flight. A scope's key is JSON on one line. */
export function keyOf(scope: BatchScope, pageToken: string): string {
  return `${scopeKey(scope)}\n${pageToken}`;
}
