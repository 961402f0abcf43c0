/** Feishu's limit on `page_size`. (fact 14) */
export const MAX_USERS_PER_PAGE = 50;

/** A place between two users in the list of everyone in a cycle. */
export interface PagePosition {
  /** Feishu's token of the page; empty for the first page. */
  readonly pageToken: string;
  /** How many users of the page come before the place. */
  readonly skip: number;
}

export const FIRST_POSITION: PagePosition = { pageToken: '', skip: 0 };

/** Whether no user comes before the place. */
export function isFirst({ pageToken, skip }: PagePosition): boolean {
  return pageToken === '' && skip === 0;
}

/** How many pages are read for this many users after a position. Feishu may return pages that are not full. */
export function pagesFor({ skip }: Pick<PagePosition, 'skip'>, users: number): number {
  return Math.ceil((skip + users) / MAX_USERS_PER_PAGE);
}

/** What decides which place follows on a page. */
export interface PageExtent {
  readonly users: readonly unknown[];
  readonly nextPageToken: string | null;
}

/** After the last user of a page, the place is at the start of the next one, so that this page is not read again. */
export function placeAfter(page: PageExtent, pageToken: string, skip: number): PagePosition {
  const { users, nextPageToken } = page;
  if (skip < users.length || nextPageToken === null) return { pageToken, skip };
  return { pageToken: nextPageToken, skip: 0 };
}

/** Whether no user comes after a place on the page. */
export function isLast({ users, nextPageToken }: PageExtent, { skip }: PagePosition): boolean {
  return nextPageToken === null && skip >= users.length;
}
