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
const MAX_REQUESTS = 50;
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
   * The first request lets Apollo validate the document, and loads the users. An operation that fails may respond
   * before they are loaded, so that a later response shows other numbers of calls and users.
   */
  async function sendUntilLoaded(request: PostRequest): Promise<Received> {
    let { text } = await send('?first', request);
    for (let i = 0; i < MAX_REQUESTS; i += 1) {
      const received = await send('?again', request);
      if (received.text === text) return received;
      text = received.text;
    }
    throw new Error(
      `the answer: expected the same twice within ${MAX_REQUESTS} requests, got ${text}`,
    );
  }

  /** Expects the same response both ways. @returns what both responded */
  async function expectSame(request: PostRequest): Promise<Received> {
    const { maxAgeSeconds, ...expected } = await sendUntilLoaded(request);
    const callsBefore = apollo.mock.calls.length;
    const received = await send('', request);
    if (apollo.mock.calls.length === callsBefore) answeredFast += 1;
    const { maxAgeSeconds: laterSeconds, ...got } = received;

    expect(got).toEqual(expected);
    expect(maxAgeSeconds - laterSeconds).toBeLessThanOrEqual(1);
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
