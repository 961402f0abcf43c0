import type { Writable } from 'node:stream';
import pino, { type DestinationStream } from 'pino';

/** The start of each line. */
export const LINE_FORMAT = { base: null, timestamp: pino.stdTimeFunctions.isoTime };

/** The size of log lines that wait for the reader. Beyond it, lines are dropped. */
const MAX_PENDING_BYTES = 8 * 1024 * 1024;

/** In characters. More than this is written before the turn of the event loop ends. */
const MAX_UNWRITTEN_LENGTH = 64 * 1024;

export interface LineWriter extends DestinationStream {
  /** Writes the lines of this turn of the event loop now. pino calls it after each `fatal` line. */
  readonly flushSync: () => void;
}

/**
 * Writes the lines of one turn of the event loop together, since a write to a file or a pipe costs as much as the
 * rest of a line. A process that is killed loses those lines. The writer does not wait for the reader, so that a
 * stalled one delays neither requests nor the exit: pino's own destination waits for it at exit.
 */
export function createLineWriter(output: Writable): LineWriter {
  // Without a listener, a closed pipe would end the process.
  output.on('error', () => undefined);
  const ownLines = pino(LINE_FORMAT, { write: append });
  let unwritten = '';
  let dropped = 0;

  function append(line: string): void {
    if (unwritten === '') setImmediate(flushSync);
    unwritten += line;
    if (unwritten.length >= MAX_UNWRITTEN_LENGTH) flushSync();
  }

  function flushSync(): void {
    const lines = unwritten;
    unwritten = '';
    if (lines !== '' && output.writable) output.write(lines);
  }

  return {
    write(line) {
      if (!output.writable) return;
      if (output.writableLength >= MAX_PENDING_BYTES) {
        dropped += 1;
        return;
      }
      if (dropped > 0) ownLines.warn({ dropped }, 'log lines dropped');
      dropped = 0;
      append(line);
    },
    flushSync,
  };
}

/** All loggers share it, since each writer adds an error listener to its output. */
export const STDOUT_WRITER = createLineWriter(process.stdout);
process.on('exit', STDOUT_WRITER.flushSync);

/** Resolves when all lines are written, when the output is closed, or after `timeoutMs`. */
export function flushLog(output: Writable, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, timeoutMs);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    // Writers write their last lines before this.
    setImmediate(() => {
      if (output.writable) output.write('', done);
      else done();
    });
  });
}
