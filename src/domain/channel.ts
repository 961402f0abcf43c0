/** Port: what replicas tell each other as it happens. A message may be lost: it only saves the others a call. */
export interface Channel {
  publish(message: string): void;
  subscribe(listener: (message: string) => void): void;
}
