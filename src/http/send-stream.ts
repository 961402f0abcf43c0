import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import { onceClosed } from './once-closed';
import type { StreamEvents } from './stream-events';
import type { StreamLife } from './stream-life';

export interface SentStream {
  readonly events: StreamEvents;
  readonly life: StreamLife;
  /** Called when the client's connection has taken an event. */
  readonly taken: () => void;
  /** What a client sends as `Last-Event-ID` after the event that is sent now. */
  readonly eventId: () => string | undefined;
}

/** How long a client may take to read one event: as long as for a response. */
const STALL_MS = 20_000;

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  // nginx would hold events back until its buffer is full.
  'x-accel-buffering': 'no',
};

/**
 * Sends events until they end, or until the stream does. Only a stream that is complete says so: the client of any
 * other one reconnects.
 */
export async function sendStream(reply: FastifyReply, stream: SentStream): Promise<void> {
  const { events, life } = stream;
  const { raw } = reply;
  onceClosed(reply, () => {
    life.finish('closed');
  });
  const stop = () => {
    if (!mayGoOn(life)) void events.return();
  };
  life.scope.end.addEventListener('abort', stop, { once: true });
  reply.hijack();
  raw.writeHead(200, { ...toHeaders(reply), ...HEADERS });
  for await (const event of events) {
    if (!mayGoOn(life)) break;
    await write(raw, withId(event, stream), life);
    // A heartbeat may overtake a result, which still waits then.
    if (isResult(event)) stream.taken();
  }
  life.finish('closed');
  end(raw);
}

/** A client whose credentials have expired is told, so that it does not try again with them. */
function mayGoOn(life: StreamLife): boolean {
  const reason = life.reason();
  return reason === undefined || reason === 'refused';
}

/** graphql-sse writes no IDs, and heartbeats and the end have none. */
function withId(event: string, { eventId }: SentStream): string {
  const id = isResult(event) ? eventId() : undefined;
  return id === undefined ? event : `id: ${id}\n${event}`;
}

function isResult(event: string): boolean {
  return event.startsWith('event: next');
}

/** Resolves when the connection has taken the text. Disconnects a client that does not read in time, or at the end. */
function write(raw: ServerResponse, text: string, life: StreamLife): Promise<void> {
  return new Promise((resolve) => {
    const { end } = life.scope;
    const settle = () => {
      clearTimeout(timer);
      end.removeEventListener('abort', stop);
      resolve();
    };
    const disconnect = () => {
      raw.destroy();
      settle();
    };
    // The client reconnects, so that it need not read the rest.
    const stop = () => {
      if (!mayGoOn(life)) disconnect();
    };
    const timer = setTimeout(() => {
      life.finish('stalled');
      disconnect();
    }, STALL_MS).unref();
    end.addEventListener('abort', stop, { once: true });
    raw.write(text, settle);
  });
}

/** Ends the response, and disconnects a client that does not read the end of it. */
function end(raw: ServerResponse): void {
  const timer = setTimeout(() => {
    raw.destroy();
  }, STALL_MS).unref();
  raw.end(() => {
    clearTimeout(timer);
  });
}

/** The headers that hooks have set, such as the request ID and those of CORS. */
function toHeaders(reply: FastifyReply): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value : String(value);
  }
  return headers;
}
