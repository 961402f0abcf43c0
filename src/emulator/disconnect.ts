import type { ServerResponse } from 'node:http';

/**
 * Aborts when the connection closes, which before an answer means that the client has disconnected. It
 * also aborts after an answer, which has no effect any more.
 */
export function disconnectSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  const onClose = () => {
    controller.abort();
  };
  response.once('close', onClose);
  // The client may have gone while its body was still being read: no event would follow.
  if (response.destroyed) onClose();
  return controller.signal;
}
