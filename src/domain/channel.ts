/** Port: messages between replicas. A message may be lost, so it may only be used to save calls. */
export interface Channel {
  publish(message: string): void;
  subscribe(listener: (message: string) => void): void;
}
