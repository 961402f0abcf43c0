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
