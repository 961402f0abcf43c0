import {
  ApolloClient,
  CombinedGraphQLErrors,
  HttpLink,
  InMemoryCache,
  type ErrorPolicy,
} from '@apollo/client';
import { cacheExchange, type CacheExchangeOpts } from '@urql/exchange-graphcache';
import { Client, fetchExchange } from '@urql/core';
import { parse } from 'graphql';
import { typePolicies } from '../../packages/client/src/apollo';
import { keys } from '../../packages/client/src/urql';
import { CountingFetch } from '../support/counting-fetch';

/** The current result of one mounted query. */
export interface Shown {
  readonly data: unknown;
  readonly error: string | undefined;
  /** The messages of the response's errors. */
  readonly errorCodes: readonly unknown[];
}

/** A page with a real client, whose queries stay mounted. */
export interface Page {
  /** The result follows the client's cache until the page is closed. */
  mount(query: string, variables?: Readonly<Record<string, unknown>>): () => Shown;
  /** Waits until no request is pending. Returns the number of requests so far. */
  requests(): Promise<number>;
  close(): void;
}

/** Creates pages with the client's default options and the exports of client/. */
export type OpenPage = (url: string) => Page;

export const OPEN_PAGE: readonly (readonly [name: string, open: OpenPage])[] = [
  ['Apollo Client', (url) => createApolloPage(url)],
  ['urql', (url) => createUrqlPage(url)],
];

export function createApolloPage(url: string, errorPolicy?: ErrorPolicy): Page {
  const counting = new CountingFetch();
  const client = new ApolloClient({
    link: new HttpLink({ uri: `${url}/graphql`, fetch: counting.fetch }),
    cache: new InMemoryCache({ typePolicies }),
  });
  return pageOf(
    counting,
    (query, variables, show) => {
      const watched = client.watchQuery({
        query: parse(query),
        variables: { ...variables },
        ...(errorPolicy && { errorPolicy }),
      });
      return watched.subscribe(({ data, error }) => {
        show({ data, ...toShown(error, CombinedGraphQLErrors.is(error) ? error.errors : []) });
      });
    },
    () => {
      client.stop();
    },
  );
}

export function createUrqlPage(url: string, schema?: CacheExchangeOpts['schema']): Page {
  const counting = new CountingFetch();
  const client = new Client({
    url: `${url}/graphql`,
    fetch: counting.fetch,
    exchanges: [cacheExchange({ keys, ...(schema && { schema }) }), fetchExchange],
    // As the README says.
    preferGetMethod: false,
  });
  return pageOf(counting, (query, variables, show) =>
    client.query(query, { ...variables }).subscribe(({ data, error }) => {
      show({ data, ...toShown(error, error?.graphQLErrors ?? []) });
    }),
  );
}

interface WithCode {
  readonly extensions?: Readonly<Record<string, unknown>>;
}

function toShown(error: Error | undefined, errors: readonly WithCode[]) {
  return {
    error: error?.message,
    errorCodes: errors.map(({ extensions }) => extensions?.['code']),
  };
}

type Watch = (
  query: string,
  variables: Readonly<Record<string, unknown>>,
  show: (shown: Shown) => void,
) => { unsubscribe(): void };

function pageOf(counting: CountingFetch, watch: Watch, stop?: () => void): Page {
  const subscriptions: { unsubscribe(): void }[] = [];
  return {
    mount(query, variables = {}) {
      let shown: Shown = { data: undefined, ...toShown(undefined, []) };
      subscriptions.push(watch(query, variables, (next) => (shown = next)));
      return () => shown;
    },
    async requests() {
      await counting.settled();
      return counting.sent.length;
    },
    close() {
      for (const subscription of subscriptions) subscription.unsubscribe();
      stop?.();
    },
  };
}
