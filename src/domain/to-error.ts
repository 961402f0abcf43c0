/** JavaScript can throw any value, so values that are no errors are wrapped in one. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
