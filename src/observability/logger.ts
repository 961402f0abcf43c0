import type { Writable } from 'node:stream';
import { inspect, types } from 'node:util';
import pino, { type DestinationStream, type Logger } from 'pino';

export type { Logger };

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A second line of defence: the gateway logs no header and no token, but a dependency might. */
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

/** Writes one JSON object per line. @param destination standard output by default */
export function createLogger(level: LogLevel, destination = STDOUT_WRITER): Logger {
  const serializers = { err: describeError };
  return pino({ ...LINE_FORMAT, level, redact: SECRET_PATHS, serializers }, destination);
}

/** Omits other properties of an error: Node puts a URL there, whose query may hold user IDs. */
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

/** For an object that is no error, its type only. */
function messageOf(thrown: unknown): string {
  if (isError(thrown)) return thrown.message;
  return typeof thrown === 'string' ? thrown : inspect(thrown, { depth: -1 });
}

/** Recognises errors of any realm: `instanceof` is false for errors of another `node:vm` context. */
function isError(thrown: unknown): thrown is Error {
  return thrown instanceof Error || types.isNativeError(thrown);
}

/** The size of log lines that wait for the reader. Beyond it, lines are dropped. */
const MAX_PENDING_BYTES = 8 * 1024 * 1024;

/**
 * Writes lines without waiting, so that a stalled reader of the log delays neither requests nor the exit. pino's own
 * destination writes the remaining lines synchronously at exit, and waits for the reader.
 */
export function createLineWriter(output: Writable): DestinationStream {
  // Without a listener, a closed pipe would end the process.
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

/** All loggers share it, since each writer adds an error listener to its output. */
const STDOUT_WRITER = createLineWriter(process.stdout);

/** Resolves when all lines are written, when the output is closed, or after `timeoutMs`. */
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
