/** One HTTP exchange with the Open Platform, without any meaning yet. */
export interface Transport {
  /** @throws TransportError when no whole answer came. */
  send(request: TransportRequest): Promise<TransportReply>;
  close(): Promise<void>;
}

export interface TransportRequest {
  readonly method: 'GET' | 'POST';
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Really ends the exchange, also while its body is read. */
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
    super(`no whole answer from upstream: ${fault}`, options);
  }
}
