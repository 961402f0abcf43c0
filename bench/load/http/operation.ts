import type { Dispatcher } from 'undici';
import { bodyOf, type BenchDocument } from './documents';

/** One operation about some users in one cycle. */
export interface BenchOperation {
  readonly document: BenchDocument;
  readonly semesterId: string;
  readonly userIds: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends one operation. @returns the text of its answer @throws if the status is not 200 */
export async function send(
  client: Dispatcher,
  { document, semesterId, userIds, headers }: BenchOperation,
): Promise<string> {
  const body = bodyOf(document, semesterId, userIds);
  const request = { path: '/graphql', method: 'POST', headers, body } as const;
  const { statusCode, body: answer } = await client.request(request);
  const text = await answer.text();
  if (statusCode === 200) return text;
  throw new Error(`${document.operationName}: expected 200, got ${statusCode} ${excerpt(text)}`);
}

interface Answer {
  readonly data: unknown;
  readonly errors?: unknown;
  readonly extensions?: unknown;
}

export interface ReadAnswer {
  readonly users: readonly unknown[];
  readonly extensions: unknown;
}

/** Reads an answer. @throws if it has errors, or not as many users as the operation names */
export function readAnswer({ document, userIds }: BenchOperation, text: string): ReadAnswer {
  const { data, errors, extensions } = JSON.parse(text) as Answer;
  if (errors !== undefined || data === null) {
    throw new Error(`${document.operationName}: expected no errors, got ${excerpt(text)}`);
  }
  const users = document.usersIn(data as never);
  if (users.length === userIds.length) return { users, extensions };
  throw new Error(
    `${document.operationName}: expected ${userIds.length} users, got ${users.length}`,
  );
}

const excerpt = (text: string) => text.slice(0, 300);
