/** Whatever listens somewhere until it is closed. */
export interface RunningServer {
  readonly url: string;
  close(): Promise<void>;
}
