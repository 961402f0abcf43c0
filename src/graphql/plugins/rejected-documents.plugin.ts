import type { ApolloServerPlugin, BaseContext, GraphQLRequestListener } from '@apollo/server';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import type { RejectedDocuments } from '../rejected-documents';

/** Apollo Server sets these codes after parsing and validation, and nowhere else. */
const CODES: readonly unknown[] = [
  ApolloServerErrorCode.GRAPHQL_PARSE_FAILED,
  ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED,
];

/** In UTF-8, which is hashed, such a character becomes U+FFFD: a valid document may have the same hash. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Remembers the errors of a document, and responds with them when the document store returns it as rejected. Install
 * it before the plugins that change a response.
 */
export function createRejectedDocumentsPlugin(rejected: RejectedDocuments): ApolloServerPlugin {
  const done = Promise.resolve();
  const listener: GraphQLRequestListener<BaseContext> = {
    responseForOperation: ({ document }) => Promise.resolve(rejected.responseTo(document)),
    willSendResponse({ source, queryHash, errors: [error] = [], response: { body } }) {
      const isRejected = CODES.includes(error?.extensions['code']) && !LONE_SURROGATE.test(source);
      if (body.kind === 'single' && isRejected) {
        rejected.add(queryHash, body.singleResult.errors ?? []);
      }
      return done;
    },
  };
  const started = Promise.resolve(listener);
  return { requestDidStart: () => started };
}
