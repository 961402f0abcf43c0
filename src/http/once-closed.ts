import type { FastifyReply } from 'fastify';

/**
 * Calls back once: when the answer was taken, or when the connection broke. Answers that wait behind another
 * on their connection (pipelining) are told of neither by Node if it breaks; the socket is.
 */
export function onceClosed({ raw, request }: FastifyReply, callback: () => void): void {
  const { socket } = request.raw;
  if (raw.closed || socket.destroyed) {
    callback();
    return;
  }
  const close = () => {
    raw.off('close', close);
    socket.off('close', close);
    callback();
  };
  // A client may have sent many requests that wait on one connection.
  socket.setMaxListeners(0);
  raw.once('close', close);
  socket.once('close', close);
}
