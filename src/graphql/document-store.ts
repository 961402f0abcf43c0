import type { ApolloServerOptions, BaseContext } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** A parsed document takes up to 185 bytes per character, so the store takes at most about 90 MB. */
const MAX_CHARACTERS = 500_000;
/** Keeps one large document from evicting all others. */
const MAX_CHARACTERS_PER_DOCUMENT = 120_000;

/** Caches validated documents by hash. Apollo's default store can grow to hundreds of megabytes. */
export function createDocumentStore(): NonNullable<
  ApolloServerOptions<BaseContext>['documentStore']
> {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: MAX_CHARACTERS,
    maxEntrySize: MAX_CHARACTERS_PER_DOCUMENT,
    sizeCalculation: ({ loc }) => loc?.end ?? 1,
  });
  return {
    get: (hash) => Promise.resolve(documents.get(hash)),
    set: (hash, document) => {
      documents.set(hash, document);
      return Promise.resolve();
    },
    delete: (hash) => Promise.resolve(documents.delete(hash)),
  };
}
