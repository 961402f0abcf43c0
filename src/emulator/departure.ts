import type { ServerResponse } from 'node:http';

/**
 * Aborts when the connection closes, which before an answer means that the client has gone away. It
 * also aborts after an answer, when nobody looks any more.
 */
export function departureSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  const onClose = () => {
    controller.abort();
  };
  response.once('close', onClose);
  // The client may have gone while its body was still being read: no event would follow.
  if (response.destroyed) onClose();
  return controller.signal;
}
