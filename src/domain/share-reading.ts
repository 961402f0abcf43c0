/**
 * Callers share one reading while it is in progress, and for `keepMs` after it began. A reading that fails
 * is not kept.
 * @param nowMs monotonic
 */
export function shareReading<T>(
  read: () => Promise<T>,
  { keepMs, nowMs }: { readonly keepMs: number; readonly nowMs: () => number },
): () => Promise<T> {
  let reading: Promise<T> | undefined;
  let inProgress = false;
  let keepUntilMs = -Infinity;

  async function start(): Promise<T> {
    inProgress = true;
    keepUntilMs = nowMs() + keepMs;
    try {
      return await read();
    } catch (error) {
      keepUntilMs = -Infinity;
      throw error;
    } finally {
      inProgress = false;
    }
  }

  return () => {
    if (!reading || (!inProgress && nowMs() >= keepUntilMs)) reading = start();
    return reading;
  };
}
