import type { ApolloServerPlugin, BaseContext, GraphQLRequestListener } from '@apollo/server';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import type { RejectedDocuments } from '../rejected-documents';

/** Apollo Server sets these codes after parsing and validation, and nowhere else. */
const CODES: readonly unknown[] = [
  ApolloServerErrorCode.GRAPHQL_PARSE_FAILED,
  ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED,
];

/**
 * Remembers the errors of a document, and responds with them when the document store returns it as rejected. Install
 * it before the plugins that change a response.
 */
export function createRejectedDocumentsPlugin(rejected: RejectedDocuments): ApolloServerPlugin {
  const done = Promise.resolve();
  const listener: GraphQLRequestListener<BaseContext> = {
    responseForOperation: ({ document }) => Promise.resolve(rejected.responseTo(document)),
    willSendResponse({ queryHash, errors: [error] = [], response: { body } }) {
      if (body.kind === 'single' && CODES.includes(error?.extensions['code'])) {
        rejected.add(queryHash, body.singleResult.errors ?? []);
      }
      return done;
    },
  };
  const started = Promise.resolve(listener);
  return { requestDidStart: () => started };
}
