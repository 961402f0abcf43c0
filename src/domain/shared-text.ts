/** Port: one text that replicas share. It may be lost at any time, so it may only be used to save calls. */
export interface SharedText {
  /** The last text that any replica has written. Never rejects. */
  read(): Promise<string | undefined>;
  write(text: string): void;
  /** Calls the listener with each text that a replica writes. */
  onWritten(listener: (text: string) => void): void;
}
