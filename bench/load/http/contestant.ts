/** A server that is measured, in a separate process. */
export interface Contestant {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  /** Whether the bounds apply to it. */
  readonly isGateway: boolean;
  /** Operations since the start whose answer has errors. References do not count them. */
  failedOperations?(): Promise<number>;
}
