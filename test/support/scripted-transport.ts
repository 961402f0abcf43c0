import type { Transport, TransportReply, TransportRequest } from '../../src/feishu/transport';

/** A request as Feishu receives it. */
export interface ReceivedRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Code 0 and the fields of a success, or another code. */
export type Envelope = Readonly<Record<string, unknown>> & { readonly code: number };

/** A connection to a Feishu whose answers the test decides on, one after the other. */
export function scriptedTransport(answer: (request: ReceivedRequest) => Envelope) {
  const received: ReceivedRequest[] = [];
  const transport: Transport = {
    send(request) {
      const call = toReceived(request);
      received.push(call);
      return Promise.resolve(toReply(answer(call)));
    },
    close: () => Promise.resolve(),
  };
  return { transport, received };
}

function toReceived({ path, headers, body }: TransportRequest): ReceivedRequest {
  const fields = JSON.parse(body ?? '{}') as Record<string, unknown>;
  return { path, authorization: headers['authorization'], body: fields };
}

function toReply(envelope: Envelope): TransportReply {
  const status = envelope.code === 0 ? 200 : 400;
  return { status, header: () => undefined, body: JSON.stringify({ msg: '', ...envelope }) };
}
