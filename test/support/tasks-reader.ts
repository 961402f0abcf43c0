import { Agent, request } from 'node:http';

/** A client that reads the tasks of users, and retries nothing. */
export interface TasksReader {
  /**
   * Never rejects.
   * @returns `answered` if each user got its own tasks; else the code of the first error (`UPSTREAM_TIMEOUT`),
   * `HTTP` and the status, the code of the network's error (`ECONNRESET`), or `WRONG USER`
   */
  read(userIds: readonly string[], maxAgeSeconds?: number): Promise<string>;
  close(): void;
}

export interface TasksReaderOptions {
  readonly url: string;
  readonly semesterId: string;
  /** By default true: connections serve one request after the other. */
  readonly keepAlive?: boolean;
}

export const ANSWERED = 'answered';

const QUERY = `query ($semesterId: ID!, $userIds: [ID!]!, $maxAgeSeconds: Int) {
  semester(id: $semesterId) {
    userStageTasks(userIds: $userIds, maxAgeSeconds: $maxAgeSeconds) { user { id } stageTasks { id status } }
  }
}`;

export function createTasksReader(options: TasksReaderOptions): TasksReader {
  const { url, semesterId, keepAlive = true } = options;
  // First in, first out: with the default, connections of a busy hour stay idle until the server closes them.
  const agent = new Agent({ keepAlive, scheduling: 'fifo' });
  return {
    async read(userIds, maxAgeSeconds) {
      const body = tasksRequest(semesterId, userIds, maxAgeSeconds);
      try {
        return outcomeOf(await post(agent, url, body), userIds);
      } catch (error) {
        return (error as NodeJS.ErrnoException).code ?? String(error);
      }
    },
    close() {
      agent.destroy();
    },
  };
}

/** The body of a request for the tasks of these users. */
export function tasksRequest(
  semesterId: string,
  userIds: readonly string[],
  maxAgeSeconds?: number,
): string {
  return JSON.stringify({ query: QUERY, variables: { semesterId, userIds, maxAgeSeconds } });
}

interface Response {
  readonly status: number;
  readonly text: string;
}

function post(agent: Agent, url: string, body: string): Promise<Response> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    const sent = request(`${url}/graphql`, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

interface Body {
  readonly data?: { semester: { userStageTasks: ({ user: { id: string } } | null)[] } | null };
  readonly errors?: { extensions: { code: string } }[];
}

function outcomeOf({ status, text }: Response, userIds: readonly string[]): string {
  if (!text.startsWith('{')) return `HTTP ${status}`;
  const { data, errors } = JSON.parse(text) as Body;
  if (errors?.[0]) return errors[0].extensions.code;
  if (status !== 200) return `HTTP ${status}`;
  const users = data?.semester?.userStageTasks ?? [];
  const isOwn = users.every((tasks, i) => tasks === null || tasks.user.id === userIds[i]);
  return users.length === userIds.length && isOwn ? ANSWERED : 'WRONG USER';
}
