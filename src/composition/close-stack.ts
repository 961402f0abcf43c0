import type { Logger } from '../observability/logger';

/** Open resources and how to close them. They are closed in reverse order of opening. */
export interface CloseStack {
  /** Adds a resource that was just opened. @param resource its name, for the log */
  push(resource: string, close: () => unknown): void;
  /**
   * Closes the resources one after the other; the first close starts before this returns. A second call returns the
   * same promise. If a close fails, the others still run, then this rejects.
   */
  close(): Promise<void>;
}

export function createCloseStack(log: Logger): CloseStack {
  const open: { readonly resource: string; readonly close: () => unknown }[] = [];
  let closed: Promise<void> | undefined;

  async function unwind(): Promise<void> {
    const last = open.pop();
    if (!last) return;
    try {
      await last.close();
    } catch (error) {
      log.error({ err: error, resource: last.resource }, 'close failed');
      throw error;
    } finally {
      // Runs even if writing the log failed.
      await unwind();
    }
  }

  return {
    push(resource, close) {
      open.push({ resource, close });
    },
    close: () => (closed ??= unwind()),
  };
}
