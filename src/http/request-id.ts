import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Characters that cannot break a log line or be invisible in it. */
const SAFE_ID = /^[\w.:/+=-]{1,128}$/;

/** The request ID that a proxy or the client sent, or a new one. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && SAFE_ID.test(given) ? given : randomUUID();
}
