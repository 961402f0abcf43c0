import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply } from 'fastify';

type Callback = () => void;

/** The responses of one connection that are not closed, and what each of them calls back. */
type OpenResponses = Map<ServerResponse, Callback[]>;

/** One entry for each connection, so that a request adds a single listener, however often it asks. */
const openResponses = new WeakMap<Socket, OpenResponses>();

/**
 * Calls back once, when the client has received the response or the connection is closed. With pipelined requests,
 * Node reports a closed connection to the first response only, so this watches the socket too.
 */
export function onceClosed({ raw, request }: FastifyReply, callback: Callback): void {
  const { socket } = request.raw;
  if (raw.closed || socket.destroyed) {
    callback();
    return;
  }
  const open = openResponses.get(socket) ?? watch(socket);
  const callbacks = open.get(raw);
  if (callbacks) {
    callbacks.push(callback);
    return;
  }
  open.set(raw, [callback]);
  raw.on('close', () => {
    close(open, raw);
  });
}

function watch(socket: Socket): OpenResponses {
  const open: OpenResponses = new Map();
  openResponses.set(socket, open);
  socket.on('close', () => {
    for (const response of open.keys()) close(open, response);
  });
  return open;
}

/** A closed socket closes the first response, and then all of them. */
function close(open: OpenResponses, response: ServerResponse): void {
  const callbacks = open.get(response) ?? [];
  open.delete(response);
  for (const callback of callbacks) callback();
}
