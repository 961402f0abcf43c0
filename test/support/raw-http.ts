import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';

/** A connection that sends bytes unchanged, also those that `fetch` would refuse or repair. */
export interface RawConnection {
  readonly socket: Socket;
  /** All text received so far. */
  readonly received: () => string;
  /** Resolves when the other side has closed, or broken, the connection. */
  readonly closed: Promise<void>;
}

export async function connect(url: string, text = ''): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connectSocket(Number(port), hostname);
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  // `once` would reject when the connection breaks.
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      resolve();
    });
  });
  await once(socket, 'connect');
  if (text !== '') socket.write(text);
  return { socket, received: () => received, closed };
}

/** Sends one request with these lines and `Connection: close`, and reads the whole answer. */
export async function exchange(
  url: string,
  lines: readonly string[],
  body = '',
): Promise<RawAnswer> {
  const head = [...lines, 'Connection: close', '', ''].join('\r\n');
  const connection = await connect(url, head + body);
  await connection.closed;
  const text = connection.received();
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]), text };
}

export interface RawAnswer {
  readonly status: number;
  readonly text: string;
}
