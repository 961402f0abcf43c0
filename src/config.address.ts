import type { Environment } from './variables';

export const DEFAULT_HOST = '127.0.0.1';
export const DEFAULT_PORT = 4_000;

/** Addresses of all interfaces, and the loopback address that they include. */
const LOOPBACK: Readonly<Record<string, string>> = {
  '0.0.0.0': '127.0.0.1',
  '::': '::1',
};

/**
 * Where this machine reaches the gateway. The gateway has checked the values. This does not load the rest of the
 * configuration, because a container runs its health check every few seconds.
 */
export function readLocalAddress(environment: Environment = process.env): {
  readonly host: string;
  readonly port: number;
} {
  const { HOST = '', PORT = '' } = environment;
  const host = toNodeHost(HOST === '' ? DEFAULT_HOST : HOST);
  return { host: LOOPBACK[host] ?? host, port: PORT === '' ? DEFAULT_PORT : Number(PORT) };
}

/** Node expects an IPv6 address without brackets. */
export function toNodeHost(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}
