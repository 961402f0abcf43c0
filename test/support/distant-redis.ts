import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A connection to a Redis that is slower than the direct one. */
export interface DistantRedis {
  readonly url: string;
  close(): void;
}

/** A TCP proxy on loopback that adds `roundTripMs`, in whole milliseconds, to each round trip. */
export async function startDistantRedis(
  redisUrl: string,
  roundTripMs: number,
): Promise<DistantRedis> {
  const sockets = new Set<Socket>();
  const server = createServer((replica) => {
    const redis = connect(Number(new URL(redisUrl).port), '127.0.0.1');
    forward(replica, redis, Math.ceil(roundTripMs / 2));
    forward(redis, replica, Math.floor(roundTripMs / 2));
    sockets.add(replica).add(redis);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    url: `redis://127.0.0.1:${port}`,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Bytes and the end of a connection arrive in order: timers of one length ring in order. */
function forward(from: Socket, to: Socket, afterMs: number): void {
  const later = (step: () => void) => {
    if (afterMs === 0) step();
    else setTimeout(step, afterMs).unref();
  };
  from.setNoDelay(true);
  from.on('data', (bytes: Buffer) => {
    later(() => to.writable && to.write(bytes));
  });
  from.on('close', () => {
    later(() => to.destroy());
  });
  // 'close' follows.
  from.on('error', () => undefined);
}
