/**
 * A sliding window: at most `calls` calls in any `windowSeconds`. Refused calls are not counted.
 * Feishu does not say what its window does; of the shapes in question this is the strictest. (fact 12)
 */
export class RateLimit {
  /** Oldest first. */
  readonly #timesMs: number[] = [];

  constructor(
    readonly calls: number,
    private readonly windowSeconds: number,
    private readonly now: () => number,
  ) {}

  /** Counts a call whether or not there is room for it. */
  count(): void {
    this.#timesMs.push(this.now());
  }

  /** Seconds until the next call fits, fractional; 0 when one fits now. */
  secondsUntilRoom(): number {
    this.#forgetOldCalls();
    const leavesFirstMs = this.#timesMs.at(-this.calls);
    if (leavesFirstMs === undefined) return 0;
    return (leavesFirstMs + this.windowSeconds * 1000 - this.now()) / 1000;
  }

  #forgetOldCalls(): void {
    const windowStartMs = this.now() - this.windowSeconds * 1000;
    while ((this.#timesMs[0] ?? Infinity) <= windowStartMs) this.#timesMs.shift();
  }
}
