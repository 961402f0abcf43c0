/** A server that listens until it is closed. */
export interface RunningServer {
  readonly url: string;
  close(): Promise<void>;
}
