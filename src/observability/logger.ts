import type { Writable } from 'node:stream';
import pino, { type DestinationStream, type Logger } from 'pino';

export type { Logger };

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * A second line of defence: nothing of ours logs a header, a body or a token, and if a dependency ever
 * does, these paths are blanked.
 */
const SECRET_PATHS = [
  'authorization',
  'headers',
  'appSecret',
  'accessToken',
  'token',
  '*.authorization',
  '*.headers',
  '*.appSecret',
  '*.accessToken',
  '*.token',
];

/** One JSON object a line, on standard output unless a destination is given. */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      redact: SECRET_PATHS,
      serializers: { err: describeError },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    destination ?? createLineWriter(process.stdout),
  );
}

/** Without an error's own properties: Node puts a URL there, whose query may hold people's IDs. */
function describeError(error: Error): object {
  const { type, message, stack } = pino.stdSerializers.err(error);
  return { type, message, stack, code: (error as NodeJS.ErrnoException).code };
}

/** Lines that the reader of the log has not taken yet; beyond it, lines are dropped. */
const MAX_PENDING_BYTES = 8 * 1024 * 1024;

/**
 * Writes without waiting for the reader: one that has stopped or gone holds up no request, and no exit.
 * pino's own destination writes what is left while the process exits, and waits for the reader.
 */
export function createLineWriter(output: Writable): DestinationStream {
  // Without a listener, the end of the reader would end the process.
  output.on('error', () => undefined);
  return {
    write(line) {
      if (output.writable && output.writableLength < MAX_PENDING_BYTES) output.write(line);
    },
  };
}

/** Resolves when the reader has taken all lines, when it has gone, or after `timeoutMs`. */
export function flushLog(output: Writable, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, timeoutMs);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    if (output.writable) output.write('', done);
    else done();
  });
}
