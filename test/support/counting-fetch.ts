import { setTimeout as delay } from 'node:timers/promises';

/**
 * Turns of the event loop without a request after which a client has sent all its requests. Clients send
 * further requests from a timer of 0 ms, and timers fire in order.
 */
const QUIET_TURNS = 20;

/** The `fetch` of one client, with the requests that it has sent so far. */
export class CountingFetch {
  /** One for each request. */
  readonly sent: Request[] = [];
  #inFlight = 0;

  /** `headers` are those that a browser adds by itself. */
  constructor(private readonly headers: Readonly<Record<string, string>> = {}) {}

  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    for (const [name, value] of Object.entries(this.headers)) request.headers.set(name, value);
    this.sent.push(request);
    this.#inFlight += 1;
    try {
      // Reads the whole body, so that an incomplete answer counts as in flight.
      const response = await fetch(request);
      const body = await response.arrayBuffer();
      return new Response(body, response);
    } finally {
      this.#inFlight -= 1;
    }
  };

  /** Waits until every answer has arrived and none has caused another request. */
  async settled(): Promise<void> {
    for (let quietTurns = 0; quietTurns < QUIET_TURNS; quietTurns += 1) {
      if (this.#inFlight > 0) quietTurns = 0;
      await delay(0);
    }
  }
}
