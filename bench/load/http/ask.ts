import type { Dispatcher } from 'undici';
import { bodyOf, type BenchDocument } from './documents';

export interface Question {
  readonly document: BenchDocument;
  readonly semesterId: string;
  readonly userIds: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends one operation. @returns the text of its answer @throws on any other status than 200 */
export async function ask(
  client: Dispatcher,
  { document, semesterId, userIds, headers }: Question,
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

export interface Read {
  readonly users: readonly unknown[];
  readonly extensions: unknown;
}

/** Reads an answer. @throws on errors in it, and on another number of users than was asked for */
export function readAnswer({ document, userIds }: Question, text: string): Read {
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
