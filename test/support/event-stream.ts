import { until } from './until';

/** One event of a stream, as a client gets it. */
export interface StreamEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: StreamData | null;
}

export interface StreamData {
  readonly data: {
    readonly userStageTasksChanged: {
      user: { id: string };
      stageTasks: { finishedCount: number }[];
    };
  } | null;
  readonly errors?: readonly { message: string; extensions: { code: string } }[];
}

/** A client of `/graphql/stream`. */
export interface EventStream {
  readonly status: number;
  readonly headers: Headers;
  /** The events so far, without heartbeats. */
  readonly events: StreamEvent[];
  /** All that the server has sent. */
  readonly text: () => string;
  /** Resolves when the server has sent this many events. */
  readonly received: (count: number) => Promise<readonly StreamEvent[]>;
  /** Resolves when the server has ended the response. */
  readonly ended: Promise<void>;
  readonly close: () => void;
}

export const CHANGES = `subscription Changes($semesterId: ID!, $userIds: [ID!]!) {
  userStageTasksChanged(semesterId: $semesterId, userIds: $userIds) {
    id user { id } semester { id name { text } } stageTasks { finishedCount }
  }
}`;

export async function openEventStream(
  url: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<EventStream> {
  const controller = new AbortController();
  const response = await fetch(`${url}/graphql/stream`, {
    method: 'POST',
    signal: controller.signal,
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify(body),
  });
  const events: StreamEvent[] = [];
  let text = '';
  const read = async () => {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of response.body ?? []) {
      const part = decoder.decode(chunk, { stream: true });
      text += part;
      const blocks = (rest + part).split('\n\n');
      rest = blocks.pop() ?? '';
      events.push(...blocks.flatMap((block) => parse(block) ?? []));
    }
  };
  return {
    status: response.status,
    headers: response.headers,
    events,
    text: () => text,
    ended: read().catch(() => undefined),
    async received(count) {
      await until(() => events.length >= count);
      return events;
    },
    close: () => {
      controller.abort();
    },
  };
}

function parse(block: string): StreamEvent | undefined {
  const fields = new Map(
    block.split('\n').map((line) => {
      const end = line.indexOf(':');
      return [line.slice(0, end), line.slice(end + 1).trim()] as const;
    }),
  );
  const event = fields.get('event');
  if (event === undefined) return undefined;
  const data = fields.get('data') ?? '';
  return {
    event,
    id: fields.get('id'),
    data: data === '' ? null : (JSON.parse(data) as StreamData),
  };
}

/** The user and the number of finished tasks that an event shows, or the codes of its errors. */
export function shownBy({ event, data }: StreamEvent): unknown {
  if (!data) return event;
  if (data.errors) return data.errors.map(({ extensions }) => extensions.code);
  const changed = data.data?.userStageTasksChanged;
  return [changed?.user.id, changed?.stageTasks[0]?.finishedCount ?? null];
}
