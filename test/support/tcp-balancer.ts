import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A balancer that forwards connections and reads nothing, like a service of Kubernetes. */
export interface TcpBalancer {
  readonly url: string;
  /** How many replicas get new connections now. */
  readyCount(): number;
  /** How many connections found no replica that is ready. */
  refusedCount(): number;
  close(): void;
}

/** Well below the 3 s for which a draining gateway still accepts connections. */
const CHECK_EVERY_MS = 250;

/**
 * Gives new connections in turn to the replicas whose `/readyz` says 200. Connections that are open stay where they
 * are. A check that takes long changes nothing until it is answered.
 * @param replicas the URLs as of now; a replica that restarts may change its own
 */
export async function startTcpBalancer(replicas: () => readonly string[]): Promise<TcpBalancer> {
  const sockets = new Set<Socket>();
  const ready = new Set<string>();
  const checking = new Set<string>();
  let turn = 0;
  let refused = 0;

  async function check(url: string): Promise<void> {
    if (checking.has(url)) return;
    checking.add(url);
    if (await isReady(url)) ready.add(url);
    else ready.delete(url);
    checking.delete(url);
  }

  const checkAll = () => Promise.all(replicas().map(check));
  const readyNow = () => replicas().filter((url) => ready.has(url));

  const server = createServer((client) => {
    const urls = readyNow();
    const url = urls[turn++ % urls.length];
    if (url === undefined) {
      refused += 1;
      client.destroy();
      return;
    }
    const replica = connect(Number(new URL(url).port), '127.0.0.1');
    for (const socket of [client, replica]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    join(client, replica);
    join(replica, client);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  await checkAll();
  const timer = setInterval(() => void checkAll(), CHECK_EVERY_MS);

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    readyCount: () => readyNow().length,
    refusedCount: () => refused,
    close() {
      clearInterval(timer);
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  const response = await fetch(`${url}/readyz`).catch(() => undefined);
  await response?.text();
  return response?.status === 200;
}

/** Forwards bytes and the end of a connection; a broken connection breaks the other one too. */
function join(from: Socket, to: Socket): void {
  from.pipe(to);
  from.on('error', () => to.destroy());
  from.on('close', () => to.end());
}
