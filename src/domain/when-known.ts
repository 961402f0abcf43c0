/**
 * Passes a known value on at once, and a promised one when it arrives. A field without a promise costs less, and
 * what it loads does not depend on the timing of other fields.
 */
export function whenKnown<T, R>(
  value: T | Promise<T>,
  next: (value: T) => R | Promise<R>,
): R | Promise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
