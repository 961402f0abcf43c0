import { ApolloServer } from '@apollo/server';
import type { TestGateway } from './gateway';

export interface PostRequest {
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** From `cache-control`; it counts down. */
  readonly maxAgeSeconds: number;
}

/** These differ between any two responses. */
const DIFFERENT = ['date', 'x-request-id', 'cache-control'];
/** Loads take a few milliseconds here. */
const MAX_ROUNDS = 50;
const JSON_TYPE = { 'content-type': 'application/json' };

/** Sends each request to Apollo, which handles all URLs with a query string, and then on the fast path. */
export function createBothWays({ url }: Pick<TestGateway, 'url'>) {
  const apollo = jest.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest');
  let answeredFast = 0;

  async function send(search: string, { body, headers }: PostRequest): Promise<Received> {
    const response = await fetch(`${url}/graphql${search}`, {
      method: 'POST',
      headers: { ...JSON_TYPE, ...headers },
      body,
    });
    const all = Object.fromEntries(response.headers);
    const cacheControl = all['cache-control'] ?? '';
    const compared = Object.entries(all).filter(([name]) => !DIFFERENT.includes(name));
    return {
      status: response.status,
      headers: {
        ...Object.fromEntries(compared),
        'cache-control': cacheControl.replace(/\d+/, 'seconds'),
      },
      text: await response.text(),
      maxAgeSeconds: Number(/\d+/.exec(cacheControl)?.[0] ?? 0),
    };
  }

  /**
   * The first request lets Apollo validate the document. An operation that fails may respond before all of its users
   * are loaded, and then counts fewer calls than the next one. So the same response from Apollo comes before and after,
   * and no answer has been refreshed in between.
   */
  async function sendUntilLoaded(request: PostRequest) {
    let byApollo = await send('?first', request);
    for (let i = 0; i < MAX_ROUNDS; i += 1) {
      const callsBefore = apollo.mock.calls.length;
      const received = await send('', request);
      const isFast = apollo.mock.calls.length === callsBefore;
      const after = await send('?after', request);
      if (i > 0 && isSameButOlder(after, byApollo)) return { byApollo, received, after, isFast };
      byApollo = after;
    }
    throw new Error(`Apollo: expected the same response twice, got others in ${MAX_ROUNDS} rounds`);
  }

  /** Expects the same response both ways. @returns what both responded */
  async function expectSame(request: PostRequest): Promise<Received> {
    const { byApollo, received, after, isFast } = await sendUntilLoaded(request);
    if (isFast) answeredFast += 1;
    const { maxAgeSeconds, ...expected } = byApollo;
    const { maxAgeSeconds: laterSeconds, ...got } = received;

    expect(got).toEqual(expected);
    // However long each response takes.
    expect(laterSeconds).toBeLessThanOrEqual(maxAgeSeconds);
    expect(laterSeconds).toBeGreaterThanOrEqual(after.maxAgeSeconds);
    return received;
  }

  return {
    expectSame,
    answeredFast: () => answeredFast,
    restore() {
      apollo.mockRestore();
    },
  };
}

function isSameButOlder(later: Received, earlier: Received): boolean {
  return (
    later.text === earlier.text &&
    later.headers['cache-control'] === earlier.headers['cache-control'] &&
    later.maxAgeSeconds <= earlier.maxAgeSeconds
  );
}
