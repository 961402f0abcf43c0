import { randomBytes } from 'node:crypto';
import type { FastifyReply } from 'fastify';

const LOG_ID_HEADER = 'x-tt-logid';

/** Sets the log ID, by which Feishu's support finds a call. (fact 27) */
export function assignLogId(reply: FastifyReply, nowMs: number): void {
  const second = new Date(nowMs).toISOString().replaceAll(/\D/g, '').slice(0, 14);
  void reply.header(LOG_ID_HEADER, `${second}${randomBytes(9).toString('hex').toUpperCase()}`);
}

export function logIdOf(reply: FastifyReply): string {
  return String(reply.getHeader(LOG_ID_HEADER));
}
