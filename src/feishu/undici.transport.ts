import { errors, Pool } from 'undici';
import { TransportError, type Transport, type TransportFault } from './transport';

/** The quota allows 20 calls a minute, so a handful of connections is plenty. */
const CONNECTIONS = 16;
const KEEP_ALIVE_MS = 30_000;
const CONNECT_TIMEOUT_MS = 3_000;
const HEADERS_TIMEOUT_MS = 8_000;
const BODY_TIMEOUT_MS = 5_000;
/** 50 users with a few dozen tasks each stay far below one MiB. */
const MAX_RESPONSE_BYTES = 8 * 1024 * 1024;

export interface UndiciTransportOptions {
  /** Scheme, host and port, e.g. `https://open.feishu.cn`. */
  readonly origin: string;
  readonly headersTimeoutMs?: number;
  readonly maxResponseBytes?: number;
}

/** The only file that knows undici. */
export function createUndiciTransport(options: UndiciTransportOptions): Transport {
  const pool = new Pool(options.origin, {
    connections: CONNECTIONS,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: options.headersTimeoutMs ?? HEADERS_TIMEOUT_MS,
    bodyTimeout: BODY_TIMEOUT_MS,
    maxResponseSize: options.maxResponseBytes ?? MAX_RESPONSE_BYTES,
  });
  return {
    async send({ method, path, headers, body, signal }) {
      try {
        const reply = await pool.request({ method, path, headers, body: body ?? null, signal });
        return {
          status: reply.statusCode,
          header: (name) => firstOf(reply.headers[name]),
          body: await reply.body.text(),
        };
      } catch (error) {
        throw new TransportError(faultOf(error, signal), { cause: error });
      }
    },
    // `destroy`, not `close`: whoever closes has drained already, and idle sockets must not hold the process.
    close: () => pool.destroy(),
  };
}

function faultOf(error: unknown, signal: AbortSignal): TransportFault {
  if (signal.aborted) return 'aborted';
  if (
    error instanceof errors.ConnectTimeoutError ||
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.BodyTimeoutError
  ) {
    return 'slow';
  }
  if (error instanceof errors.ResponseExceededMaxSizeError) return 'too-large';
  return 'unreachable';
}

function firstOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
