import type { FastifyInstance } from 'fastify';
import { onceClosed } from './once-closed';

/** Closes the connection of a client that does not take its answer, which is held in memory until then. */
export function limitAnswerTime(server: FastifyInstance, timeoutMs: number): void {
  server.addHook('onSend', ({ raw }, reply, _payload, done) => {
    const timer = setTimeout(() => {
      raw.socket.destroy();
    }, timeoutMs);
    onceClosed(reply, () => {
      clearTimeout(timer);
    });
    done();
  });
}
