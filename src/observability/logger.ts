import { inspect, types } from 'node:util';
import pino, { type DestinationStream, type Logger } from 'pino';
import { LINE_FORMAT, STDOUT_WRITER } from './line-writer';

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

/** Writes one JSON object per line. @param destination standard output by default */
export function createLogger(
  level: LogLevel,
  destination: DestinationStream = STDOUT_WRITER,
): Logger {
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
