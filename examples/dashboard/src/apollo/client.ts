import { ApolloClient, DocumentTransform, HttpLink, InMemoryCache } from '@apollo/client';
import { typePolicies } from 'stage-task-gateway-client/apollo';
import { addNameField } from './name-field';

/** The client of one person's session. `nameField` is the field of the supergraph's `User` that has the name. */
export function createClient(nameField: string | null): ApolloClient {
  return new ApolloClient({
    link: new HttpLink({ uri: '/graphql', credentials: 'same-origin' }),
    cache: new InMemoryCache({ typePolicies }),
    ...(nameField !== null && {
      documentTransform: new DocumentTransform((document) => addNameField(document, nameField)),
    }),
  });
}
