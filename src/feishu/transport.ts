import { errors, Pool } from 'undici';

/** Makes HTTP requests to the Open Platform, without interpreting the answers. */
export interface Transport {
  /** @throws TransportError if no complete response arrives */
  send(request: TransportRequest): Promise<TransportReply>;
  close(): Promise<void>;
}

export interface TransportRequest {
  readonly method: 'GET' | 'POST';
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends the request, also while its response body is read. */
  readonly signal: AbortSignal;
}

export interface TransportReply {
  readonly status: number;
  header(name: string): string | undefined;
  readonly body: string;
}

/** `slow`: a timeout of connecting, headers or body. `unreachable`: refused, reset or cut off. */
export type TransportFault = 'aborted' | 'slow' | 'unreachable' | 'too-large';

export class TransportError extends Error {
  override readonly name = 'TransportError';

  constructor(
    readonly fault: TransportFault,
    options?: ErrorOptions,
  ) {
    super(`no complete response from Feishu: ${fault}`, options);
  }
}

/** Enough for the calls of one tenant, whose quota is 20 calls a minute. */
export const CONNECTIONS_OF_TENANT = 16;
const KEEP_ALIVE_MS = 30_000;
const CONNECT_TIMEOUT_MS = 3_000;
const HEADERS_TIMEOUT_MS = 8_000;
const BODY_TIMEOUT_MS = 5_000;
/** 50 users with a few dozen tasks each take far less than one MiB. */
const MAX_RESPONSE_BYTES = 8 * 1024 * 1024;

/**
 * Creates a transport with a pool of connections.
 * @param origin scheme, host and port, e.g. `https://open.feishu.cn`
 */
export function createTransport(origin: string, connections = CONNECTIONS_OF_TENANT): Transport {
  const pool = new Pool(origin, {
    connections,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: HEADERS_TIMEOUT_MS,
    bodyTimeout: BODY_TIMEOUT_MS,
    maxResponseSize: MAX_RESPONSE_BYTES,
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
    // `destroy` instead of `close`: all calls have ended, and idle sockets must not keep the process alive.
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
