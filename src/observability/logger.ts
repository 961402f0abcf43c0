import type { Writable } from 'node:stream';
import { inspect, types } from 'node:util';
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

const LINE_FORMAT = { base: null, timestamp: pino.stdTimeFunctions.isoTime };

/** One JSON object a line, on standard output unless a destination is given. */
export function createLogger(level: LogLevel, destination = STDOUT_WRITER): Logger {
  const serializers = { err: describeError };
  return pino({ ...LINE_FORMAT, level, redact: SECRET_PATHS, serializers }, destination);
}

/** Without an error's own properties: Node puts a URL there, whose query may hold people's IDs. */
function describeError(error: unknown): object {
  if (!isError(error)) return { message: messageOf(error) };
  const { type, message, stack } = pino.stdSerializers.err(error);
  const { code, errors } = error as NodeJS.ErrnoException & { readonly errors?: unknown };
  return {
    type,
    message,
    stack,
    code,
    ...(Array.isArray(errors) && { errors: errors.map(messageOf) }),
  };
}

/** Of an object that is no error, its type only. */
function messageOf(thrown: unknown): string {
  if (isError(thrown)) return thrown.message;
  return typeof thrown === 'string' ? thrown : inspect(thrown, { depth: -1 });
}

/** Of any realm: `instanceof` is false for errors that another context of `node:vm` has made. */
function isError(thrown: unknown): thrown is Error {
  return thrown instanceof Error || types.isNativeError(thrown);
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
  const ownLines = pino(LINE_FORMAT, { write: (line) => output.write(line) });
  let dropped = 0;
  return {
    write(line) {
      if (!output.writable) return;
      if (output.writableLength >= MAX_PENDING_BYTES) {
        dropped += 1;
        return;
      }
      if (dropped > 0) ownLines.warn({ dropped }, 'log lines dropped');
      dropped = 0;
      output.write(line);
    },
  };
}

/** One for all loggers: each writer listens for errors of its output. */
const STDOUT_WRITER = createLineWriter(process.stdout);

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
