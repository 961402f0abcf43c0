import type { PersistedQueryOptions } from '@apollo/server';
import { GraphQLError, parse, print, type ValidationRule } from 'graphql';
import { GatewayError } from '../../domain/errors';

/** Operations by their ID, which is the SHA-256 of their text. */
export type Safelist = ReadonlyMap<string, string>;

/** Refuses operations that do not stand on the list, before anything else is said about them. */
export function limitToListed(safelist: Safelist): ValidationRule {
  const texts = new Set(safelist.values());
  const printed = new Set([...texts].map((text) => print(parse(text))));
  return (context) => ({
    Document(document) {
      if (texts.has(document.loc?.source.body ?? '')) return undefined;
      // Clients may write it with other spaces; what it asks is the same.
      if (printed.has(print(document))) return undefined;
      const message = 'operation: expected one of the list of persisted operations, got another';
      const cause = new GatewayError('OPERATION_NOT_LISTED', message);
      context.reportError(new GraphQLError(message, { originalError: cause }));
      return null;
    },
  });
}

/** Where Apollo looks for the text of an ID. Nothing can be put there. */
export function createOperationStore(
  safelist: Safelist,
): NonNullable<PersistedQueryOptions['cache']> {
  return {
    // Apollo prefixes each kind of thing that it keeps, here `apq:`.
    get: (key) => Promise.resolve(safelist.get(key.slice(key.indexOf(':') + 1))),
    set: () => Promise.resolve(),
    delete: () => Promise.resolve(false),
  };
}
