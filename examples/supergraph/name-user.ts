/** A user whom the router has authenticated. */
export interface RouterUser {
  readonly openId: string;
  /** The open IDs of those whose tasks the user may also read, at most 200. */
  readonly reports: readonly string[];
}

/**
 * Returns the headers that name a user for the gateway. Every header is always set, so that none of a client's can
 * take its place; without a user they are empty.
 * @param secret the gateway's `AUTH_ROUTER_SECRET`
 */
export function nameUser(user: RouterUser | undefined, secret: string): Record<string, string> {
  return {
    'x-router-secret': secret,
    'x-user-id': user?.openId ?? '',
    'x-user-id-type': 'OPEN_ID',
    'x-user-scopes': '',
    // The gateway's AUTH_ROUTER_REPORTS_HEADER. Never shorten the list: the gateway says if it is too long.
    'x-user-reports': (user?.reports ?? []).join(' '),
  };
}
