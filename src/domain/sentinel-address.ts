/** Where sentinels are, and whom to ask them for. */
export interface SentinelAddress {
  /** Each sentinel with the credentials of Redis, and then without: many sentinels have none. */
  readonly sentinelUrls: readonly string[];
  /** The name that the sentinels have given to the master and its replicas. */
  readonly master: string;
  /** The URL of a Redis that a sentinel has named. */
  readonly redisUrl: (host: string, port: string) => string;
}

const SENTINEL_URL =
  /^redis(?<s>s?)\+sentinel:\/\/(?<user>[^@/]*@)?(?<hosts>[^@/]+)\/(?<master>[\w.-]+)(?<database>\/\d+)?$/;
const SENTINEL_PORT = '26379';

/**
 * Reads `redis+sentinel://user:password@host:26379,host2:26379/mymaster`, or `rediss+sentinel://…` for TLS. A database
 * may follow the name of the master.
 * @returns `undefined` if it is another URL
 */
export function toSentinelAddress(url: string): SentinelAddress | undefined {
  const { s, user = '', hosts, master, database = '' } = SENTINEL_URL.exec(url)?.groups ?? {};
  if (hosts === undefined || master === undefined) return undefined;
  const scheme = `redis${s ?? ''}://`;
  const ports = hosts
    .split(',')
    .map((host) => (/:\d+$/.test(host) ? host : `${host}:${SENTINEL_PORT}`));
  return {
    sentinelUrls: ports.flatMap((host) => [...new Set([scheme + user + host, scheme + host])]),
    master,
    redisUrl: (host, port) => `${scheme}${user}${inUrl(host)}:${port}${database}`,
  };
}

/** An IPv6 address stands in brackets. */
function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
