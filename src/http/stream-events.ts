import type { ExecutionResult } from 'graphql';
import { createHandler } from 'graphql-sse';
import { GatewayError } from '../domain/errors';
import type { StreamLife } from './stream-life';

/** The events of one stream as text, in the protocol of graphql-sse, with heartbeats. */
export type StreamEvents = AsyncGenerator<string, void, void>;

/** What the events of one stream are made of. */
interface Source {
  readonly results: AsyncIterable<ExecutionResult>;
}

type Request = Parameters<Handler>[0];
type Handler = ReturnType<typeof createHandler<unknown, Source>>;

/** Each connection has one stream: "distinct connections mode". */
const handle: Handler = createHandler<unknown, Source>({
  authenticate: () => null,
  onSubscribe: ({ context }) => context.results,
});

/** The results are those of an operation that has been checked, so the handler sees a request without one. */
const HEADERS: Readonly<Record<string, string>> = {
  accept: 'text/event-stream',
  'content-type': 'application/json',
};

export async function toEvents(results: AsyncIterable<ExecutionResult>): Promise<StreamEvents> {
  const request: Request = {
    method: 'POST',
    url: '/graphql/stream',
    headers: { get: (name) => HEADERS[name] },
    body: { query: '-' },
    raw: undefined,
    context: { results },
  };
  const [events] = await handle(request);
  if (events === null || typeof events === 'string') {
    throw new Error('graphql-sse: expected a stream, got a response');
  }
  return events;
}

/** The results of a stream, one after the other. */
export interface PacedResults extends AsyncIterable<ExecutionResult> {
  /** Lets the next result be made. Until then, newer answers replace older ones that the client has not got. */
  readonly taken: () => void;
}

export interface PaceOptions {
  readonly life: StreamLife;
  /** @returns the results that the client sees at the end of a stream that failed */
  readonly toLast: (error: unknown) => readonly ExecutionResult[];
}

/** graphql-sse reads results as fast as it can, and keeps all that the client has not read. This makes it wait. */
export function paced(
  results: AsyncIterable<ExecutionResult>,
  { life, toLast }: PaceOptions,
): PacedResults {
  let resume: () => void = () => undefined;
  const taken = () => {
    resume();
  };
  life.scope.end.addEventListener('abort', taken, { once: true });

  async function* generate() {
    try {
      for await (const result of results) {
        const wasTaken = new Promise<void>((resolve) => (resume = resolve));
        yield result;
        await wasTaken;
      }
      if (life.reason() === 'refused') yield* toLast(expired());
    } catch (error) {
      yield* toLast(error);
    }
  }

  return { taken, [Symbol.asyncIterator]: generate };
}

/** What the client sees last when its credentials are no longer valid. */
export function expired(): GatewayError {
  return new GatewayError('UNAUTHENTICATED', 'The credentials of this stream have expired.');
}
