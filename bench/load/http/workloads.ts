import { DOCUMENTS, type BenchDocument } from './documents';

/** Requests of one kind about cached users. Clients send the next one as soon as they are answered. */
export interface Workload {
  readonly name: string;
  readonly document: BenchDocument;
  readonly usersPerRequest: number;
  /** Which users a request names: always the same ones, the next of 20 pages, or random cached ones. */
  readonly users: 'same' | 'next-page' | 'random';
  readonly client: 'service' | 'router';
  /** The minimum of requests a second, as a share of raw's. */
  readonly minShare: number;
}

/** Users that are cached before the first load. */
export const CACHED_USERS = 1_000;
const PAGE = { usersPerRequest: 50, client: 'service' } as const;

export const WORKLOADS: readonly Workload[] = [
  {
    name: 'one-user',
    document: DOCUMENTS.ONE_USER,
    usersPerRequest: 1,
    users: 'same',
    client: 'service',
    minShare: 0.4,
  },
  {
    ...PAGE,
    name: 'fixed-pages',
    document: DOCUMENTS.PAGE,
    users: 'next-page',
    minShare: 0.65,
  },
  { ...PAGE, name: 'random-pages', document: DOCUMENTS.PAGE, users: 'random', minShare: 0.65 },
  {
    ...PAGE,
    name: 'pages-with-ids',
    document: DOCUMENTS.PAGE_WITH_IDS,
    users: 'random',
    minShare: 0.55,
  },
  {
    ...PAGE,
    name: 'entities',
    document: DOCUMENTS.ENTITIES,
    users: 'random',
    client: 'router',
    minShare: 0.5,
  },
];

/** Workloads about users that the gateway has not cached yet. `start` starts gateways of its own. */
export const COLD_WORKLOADS = ['start', 'cold-page', 'crowd'] as const;
