import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

/** The name and URL of a subgraph. */
export interface SubgraphAddress {
  readonly name: string;
  readonly url: string;
  /** Headers that the subgraph needs to return its schema. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Fetches the schema of each subgraph and composes the supergraph SDL for a router. @throws Error */
export async function composeSupergraph(subgraphs: readonly SubgraphAddress[]): Promise<string> {
  const services = await Promise.all(
    subgraphs.map(async (subgraph) => ({ ...subgraph, typeDefs: parse(await fetchSdl(subgraph)) })),
  );
  const { supergraphSdl, errors } = composeServices(services);
  if (errors) throw new Error(errors.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

async function fetchSdl({ url, headers = {} }: SubgraphAddress): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: '{ _service { sdl } }' }),
  });
  const { data } = (await response.json()) as { data?: { _service: { sdl: string } } };
  if (!data) throw new Error(`${url}: expected the schema of a subgraph, got no data`);
  return data._service.sdl;
}
