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
