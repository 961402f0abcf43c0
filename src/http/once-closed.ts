import type { FastifyReply } from 'fastify';

/**
 * Calls back once: when the client has taken the answer, or when the connection broke. Of a connection with
 * several requests (pipelining) Node tells the break to the first answer only, so the socket is watched too.
 */
export function onceClosed({ raw, request }: FastifyReply, callback: () => void): void {
  const { socket } = request.raw;
  if (raw.closed || socket.destroyed) {
    callback();
    return;
  }
  let isClosed = false;
  const close = () => {
    // The socket's own end closes the answer first, and then calls this again.
    if (isClosed) return;
    isClosed = true;
    raw.off('close', close);
    socket.off('close', close);
    callback();
  };
  // A client may have sent many requests that wait on one connection.
  socket.setMaxListeners(0);
  raw.once('close', close);
  socket.once('close', close);
}
