import fc from 'fast-check';

/** What `Draws` are made of. Shorter lists and smaller numbers make simpler cases. */
export const DRAWN_NUMBERS = fc.noBias(
  fc.array(fc.nat({ max: 0xffff }), { maxLength: 400, size: 'max' }),
);

/** Choices of a property test, one after the other. Once the numbers are used up, each is the first. */
export class Draws {
  #used = 0;

  constructor(private readonly numbers: readonly number[]) {}

  /** From 0 to `count` - 1. */
  below(count: number): number {
    const number = this.numbers[this.#used] ?? 0;
    this.#used += 1;
    return number % count;
  }

  oneOf<const T extends readonly unknown[]>(options: T): T[number] {
    return options[this.below(options.length)];
  }

  /** True in one of so many cases. */
  isOneIn(count: number): boolean {
    return this.below(count) === count - 1;
  }

  list<T>(maxLength: number, draw: () => T): T[] {
    return Array.from({ length: this.below(maxLength + 1) }, draw);
  }
}
