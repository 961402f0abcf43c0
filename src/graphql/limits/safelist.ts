import type { PersistedQueryOptions } from '@apollo/server';
import { GraphQLError, parse, print, type ValidationRule } from 'graphql';
import { GatewayError } from '../../domain/errors';

/** Operations by ID, which is the SHA-256 of their text. */
export type Safelist = ReadonlyMap<string, string>;

/** Rejects operations that are not on the list, before any other validation error can reveal schema names. */
export function limitToListed(safelist: Safelist): ValidationRule {
  const texts = new Set(safelist.values());
  const printed = new Set([...texts].map((text) => print(parse(text))));
  return (context) => ({
    Document(document) {
      if (texts.has(document.loc?.source.body ?? '')) return undefined;
      // Clients may send the same operation with different whitespace.
      if (printed.has(print(document))) return undefined;
      const message = 'operation: expected one from the list of persisted operations, got another';
      const cause = new GatewayError('OPERATION_NOT_LISTED', message);
      context.reportError(new GraphQLError(message, { originalError: cause }));
      return null;
    },
  });
}

/** The read-only store in which Apollo looks up the text of an ID. */
export function createOperationStore(
  safelist: Safelist,
): NonNullable<PersistedQueryOptions['cache']> {
  return {
    // Apollo adds a prefix to the key, here `apq:`.
    get: (key) => Promise.resolve(safelist.get(key.slice(key.indexOf(':') + 1))),
    set: () => Promise.resolve(),
    delete: () => Promise.resolve(false),
  };
}
