import type { Audit } from '../auth/audit';
import { GatewayError } from '../domain/errors';
import type { CallbackStream, GraphQLContext, StreamContext } from '../graphql/context';
import type { Admission } from './admission';
import type { AcquireSlot } from './concurrency-limit';
import type { OpenStreams } from './open-streams';
import { expired } from './stream-events';
import {
  createStreamLife,
  type StreamEnd,
  type StreamLife,
  type StreamLifeOptions,
} from './stream-life';

export interface CallbackStreamsOptions extends StreamLifeOptions {
  readonly streams: OpenStreams;
  readonly acquireStream: AcquireSlot;
  readonly audit: Pick<Audit, 'limited'>;
  readonly createStreamContext: (
    admission: Admission,
    life: StreamLife,
    start: { readonly opening: GraphQLContext },
  ) => StreamContext;
}

/** Opens a stream that is sent to a router, for an admitted request. @throws GatewayError `RATE_LIMITED` */
export type OpenCallbackStream = (
  admission: Admission,
  address: string,
  opening: GraphQLContext,
  onEnd: () => void,
) => CallbackStream;

/** These streams count together with those that are sent to clients. */
export function createCallbackStreams(options: CallbackStreamsOptions): OpenCallbackStream {
  const { streams, createStreamContext } = options;
  return (admission, address, opening, onEnd) => {
    streams.requireRoom();
    const release = acquire(options, admission, address);
    const life = createStreamLife(admission, options);
    streams.add(life);
    life.scope.end.addEventListener(
      'abort',
      () => {
        release();
        onEnd();
      },
      { once: true },
    );
    return {
      context: createStreamContext(admission, life, { opening }).stream.context,
      end: () => {
        life.finish('closed');
      },
      endError: () => errorOf(life.reason()),
    };
  };
}

/** After these ends, the client may subscribe again at once, at another replica. */
const SUBSCRIBE_AGAIN_MS = 3_000;

/** A client of the router sees no difference between a stream that is finished and one that was cut off. */
function errorOf(reason: StreamEnd | undefined): GatewayError | undefined {
  if (reason === undefined || reason === 'closed') return undefined;
  if (reason === 'refused') return expired();
  return new GatewayError(
    'RATE_LIMITED',
    'stream: expected to go on, got its end. Subscribe again',
    {
      retryAfterMs: SUBSCRIBE_AGAIN_MS,
    },
  );
}

function acquire(
  { acquireStream, audit }: CallbackStreamsOptions,
  { principal, scope }: Admission,
  address: string,
): () => void {
  try {
    return acquireStream(principal, address).retain();
  } catch (error) {
    audit.limited('stream', principal, scope.requestId);
    throw error;
  }
}
