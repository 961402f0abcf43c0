/** Port: messages between replicas. A message may be lost, so it may only be used to save calls. */
export interface Channel {
  /** Resolves when the message is sent or lost; never rejects. */
  publish(message: string): Promise<void>;
  subscribe(listener: (message: string) => void): void;
}
