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
    { level, base: null, redact: SECRET_PATHS, timestamp: pino.stdTimeFunctions.isoTime },
    destination ?? pino.destination(1),
  );
}
