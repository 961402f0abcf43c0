import { DOCUMENTS, type BenchDocument } from './documents';

/** Requests of one kind about remembered users, as many as the server answers. */
export interface Work {
  readonly name: string;
  readonly document: BenchDocument;
  readonly usersPerRequest: number;
  /** Which users a request names: always the same, the next of 20 pages, or any of the hot ones. */
  readonly users: 'same' | 'next-page' | 'random';
  readonly sender: 'service' | 'router';
  /** The smallest share of raw's requests a second. */
  readonly leastShare: number;
}

export const HOT_USERS = 1_000;
const PAGE = { usersPerRequest: 50, sender: 'service' } as const;

export const WORKS: readonly Work[] = [
  {
    name: 'one-user',
    document: DOCUMENTS.ONE_USER,
    usersPerRequest: 1,
    users: 'same',
    sender: 'service',
    leastShare: 0.4,
  },
  {
    ...PAGE,
    name: 'fixed-pages',
    document: DOCUMENTS.PAGE,
    users: 'next-page',
    leastShare: 0.65,
  },
  { ...PAGE, name: 'random-pages', document: DOCUMENTS.PAGE, users: 'random', leastShare: 0.65 },
  {
    ...PAGE,
    name: 'pages-with-ids',
    document: DOCUMENTS.PAGE_WITH_IDS,
    users: 'random',
    leastShare: 0.55,
  },
  {
    ...PAGE,
    name: 'entities',
    document: DOCUMENTS.ENTITIES,
    users: 'random',
    sender: 'router',
    leastShare: 0.5,
  },
];

/** Works about users that the gateway does not remember yet. */
export const COLD_WORKS = ['cold-page', 'crowd'] as const;
