import type { FastifyReply } from 'fastify';

/**
 * Calls back once, when the client has received the response or the connection is closed. With pipelined requests,
 * Node reports a closed connection to the first response only, so this watches the socket too.
 */
export function onceClosed({ raw, request }: FastifyReply, callback: () => void): void {
  const { socket } = request.raw;
  if (raw.closed || socket.destroyed) {
    callback();
    return;
  }
  let isClosed = false;
  const close = () => {
    // A closed socket closes the response first, and then calls this again.
    if (isClosed) return;
    isClosed = true;
    raw.off('close', close);
    socket.off('close', close);
    callback();
  };
  // Many pipelined requests may wait on one connection.
  socket.setMaxListeners(0);
  raw.once('close', close);
  socket.once('close', close);
}
