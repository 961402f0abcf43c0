/**
 * The name and code of an error, or of its cause, for the log. The message is omitted, because it may contain
 * a URL or data that was sent or received. Codes that are numbers are omitted too: a `DOMException` has one, and
 * its name says the same.
 */
export function errorName(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { name, code }: NodeJS.ErrnoException = error.cause instanceof Error ? error.cause : error;
  return typeof code === 'string' ? `${name} ${code}` : name;
}
