import { TransportError, type Transport, type TransportRequest } from './transport';

/**
 * Limits how many requests of one tenant are in flight. All tenants share one pool of connections, and one tenant whose
 * calls are slow must not take all of them. Further requests wait, in order.
 */
export function limitInFlight(
  transport: Pick<Transport, 'send'>,
  maxInFlight: number,
): Pick<Transport, 'send'> {
  const waiting: (() => void)[] = [];
  let inFlight = 0;

  async function enter(): Promise<void> {
    if (inFlight < maxInFlight) inFlight += 1;
    // A request that ends passes its slot on.
    else await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function leave(): void {
    const next = waiting.shift();
    if (next) next();
    else inFlight -= 1;
  }

  return {
    async send(request: TransportRequest) {
      await enter();
      try {
        if (request.signal.aborted) throw new TransportError('aborted');
        return await transport.send(request);
      } finally {
        leave();
      }
    },
  };
}
