/** A server that is measured, in a process of its own. */
export interface Contestant {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  /** Whether the bounds hold for it. */
  readonly isGateway: boolean;
}
