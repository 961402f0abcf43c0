import type { ServerResponse } from 'node:http';

/**
 * Returns a signal that aborts when the connection closes. Before the answer, this is a client disconnect.
 */
export function disconnectSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  const onClose = () => {
    controller.abort();
  };
  response.once('close', onClose);
  // If the client disconnected while its body was being read, no event follows.
  if (response.destroyed) onClose();
  return controller.signal;
}
