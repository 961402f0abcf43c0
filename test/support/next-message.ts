import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/**
 * The next message that a child process sends. Call it before the child has a reason to send one.
 * @throws if the process ends first, with its exit code or the signal that killed it
 */
export async function nextMessage<T>(child: ChildProcess): Promise<T> {
  const done = new AbortController();
  const { signal } = done;
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([message]) => message as T),
      // Unlike 'exit', 'close' comes after all messages.
      once(child, 'close', { signal }).then(([code, killedBy]) => {
        const got = code === null ? String(killedBy) : `exit code ${String(code)}`;
        throw new Error(`child process: expected a message, got ${got}`);
      }),
    ]);
  } finally {
    done.abort();
  }
}
