import type { ApolloServerOptions, BaseContext } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { RejectedDocuments } from './rejected-documents';

/** A parsed document takes up to 185 bytes per character, so the store takes at most about 90 MB. */
const MAX_CHARACTERS = 500_000;
/** Keeps one large document from evicting all others. */
const MAX_CHARACTERS_PER_DOCUMENT = 120_000;

/** Validated documents. Apollo's default store can grow to hundreds of megabytes. */
export interface DocumentStore {
  /** Apollo names a document by a hash of its text. Also finds rejected documents, so that Apollo parses neither again. */
  readonly byHash: NonNullable<ApolloServerOptions<BaseContext>['documentStore']>;
  /** Finds a validated document by its text. */
  find(text: string): DocumentNode | undefined;
}

export function createDocumentStore(rejected: RejectedDocuments): DocumentStore {
  const hashes = new Map<string, string>();
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: MAX_CHARACTERS,
    maxEntrySize: MAX_CHARACTERS_PER_DOCUMENT,
    sizeCalculation: (document) => textOf(document)?.length ?? 1,
    dispose(document, hash) {
      const text = textOf(document);
      // An operation that is also known by an ID has another entry.
      if (text !== undefined && hashes.get(text) === hash) hashes.delete(text);
    },
  });
  function addText(hash: string, document: DocumentNode): void {
    const text = textOf(document);
    if (text !== undefined) hashes.set(text, hash);
  }

  return {
    byHash: {
      get(hash) {
        const document = documents.get(hash);
        if (document) addText(hash, document);
        return Promise.resolve(document ?? rejected.find(withoutPrefix(hash)));
      },
      set(hash, document) {
        documents.set(hash, document);
        // A document that is too large is not kept.
        if (documents.has(hash)) addText(hash, document);
        return Promise.resolve();
      },
      delete: (hash) => Promise.resolve(documents.delete(hash)),
    },
    find(text) {
      const hash = hashes.get(text);
      return hash === undefined ? undefined : documents.get(hash);
    },
  };
}

function textOf({ loc }: DocumentNode): string | undefined {
  return loc?.source.body;
}

/** Apollo puts a hash of the schema and a colon before the hash of a document. */
function withoutPrefix(hash: string): string {
  return hash.slice(hash.lastIndexOf(':') + 1);
}
