import type { Logger } from '../observability/logger';

/** What is open, and how to close it. Closing runs in the reverse of the order of opening. */
export interface CloseStack {
  /** Adds a resource right after it was opened. The name is for the log. */
  push(resource: string, close: () => unknown): void;
  /**
   * Closes everything, one resource after the other; the first close starts before this returns. A second
   * call returns the same promise. Rejects when a close failed, after all others have run.
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
      // Runs whatever failed, the log included.
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
