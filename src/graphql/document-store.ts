import type { ApolloServerOptions, BaseContext } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** A parsed document takes up to 185 bytes a character: about 90 MB at worst. */
const MOST_CHARACTERS = 500_000;
/** One document does not push out all others. */
const MOST_CHARACTERS_OF_ONE = 120_000;

/** Validated documents by their hash. The default store holds hundreds of megabytes of large ones. */
export function createDocumentStore(): NonNullable<
  ApolloServerOptions<BaseContext>['documentStore']
> {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: MOST_CHARACTERS,
    maxEntrySize: MOST_CHARACTERS_OF_ONE,
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
