import { HeaderMap, type GraphQLResponse } from '@apollo/server';
import { Kind, type DocumentNode, type GraphQLFormattedError } from 'graphql';
import { LRUCache } from 'lru-cache';

const MAX_BYTES = 2 ** 20;
/** Keeps one document with many errors from evicting most others. */
const MAX_BYTES_PER_DOCUMENT = 2 ** 16;
/** The overhead of an entry, with its hash. */
const BYTES_PER_ENTRY = 400;

/** Stands for a document that failed to parse or to validate. It has no definitions. */
interface RejectedDocument extends DocumentNode {
  /** The errors as JSON, so that their size is known. */
  readonly errors: string;
}

/**
 * The errors of documents that fail to parse or to validate, at most 1 MB. They have a cache of their own, so that
 * such documents cannot evict valid ones.
 */
export interface RejectedDocuments {
  /** @param hash the SHA-256 of the text @returns a document without definitions, for `responseTo` */
  find(hash: string): DocumentNode | undefined;
  add(hash: string, errors: readonly GraphQLFormattedError[]): void;
  /** Returns the response to a document that `find` has returned; `null` for any other document. */
  responseTo(document: DocumentNode): GraphQLResponse | null;
}

export function createRejectedDocuments(): RejectedDocuments {
  const documents = new LRUCache<string, RejectedDocument>({
    maxSize: MAX_BYTES,
    maxEntrySize: MAX_BYTES_PER_DOCUMENT,
    // A string takes up to two bytes per character.
    sizeCalculation: ({ errors }) => 2 * errors.length + BYTES_PER_ENTRY,
  });
  return {
    find: (hash) => documents.get(hash),
    add(hash, errors) {
      const document = { kind: Kind.DOCUMENT, definitions: [] } as const;
      documents.set(hash, { ...document, errors: JSON.stringify(errors) });
    },
    responseTo(document) {
      if (!isRejected(document)) return null;
      const errors = JSON.parse(document.errors) as GraphQLFormattedError[];
      return {
        // Apollo Server has the same status for both kinds of errors.
        http: { status: 400, headers: new HeaderMap() },
        body: { kind: 'single', singleResult: { errors } },
      };
    },
  };
}

function isRejected(document: DocumentNode): document is RejectedDocument {
  return 'errors' in document;
}
