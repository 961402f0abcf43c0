import { bodyOf } from './documents';
import type { Workload } from './workloads';

/** The requests of a load as text, because `wrk` sends them from Lua. */
export interface RequestPlan {
  readonly headers: Readonly<Record<string, string>>;
  readonly bodies: Bodies;
}

export type Bodies =
  /** Sent one after the other, and again from the first after the last. */
  | { readonly kind: 'cycle'; readonly texts: readonly string[] }
  /** Each body names `count` users, drawn at random without repeats. */
  | {
      readonly kind: 'draw';
      readonly prefix: string;
      readonly names: readonly string[];
      readonly count: number;
      readonly suffix: string;
    };

/** The measurements of one load. */
export interface Measured {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The mean. Whether headers count depends on the generator. */
  readonly bytesPerAnswer: number;
  /** Answers with another status than 200, broken connections, and timeouts. */
  readonly failures: number;
}

/** Each connection sends its next request when the last one is answered. */
export const CONNECTIONS = 32;

export function planRequests(
  { document, usersPerRequest, users }: Workload,
  headers: RequestPlan['headers'],
  semesterId: string,
  userIds: readonly string[],
): RequestPlan {
  const pages = users === 'same' ? 1 : userIds.length / usersPerRequest;
  const texts = Array.from({ length: pages }, (_, i) =>
    bodyOf(document, semesterId, userIds.slice(i * usersPerRequest, (i + 1) * usersPerRequest)),
  );
  if (users !== 'random') return { headers, bodies: { kind: 'cycle', texts } };
  const name = (userId: string) => JSON.stringify(document.nameUser(userId));
  const [marker = ''] = userIds;
  const [prefix = '', suffix = ''] = bodyOf(document, semesterId, [marker]).split(name(marker));
  const names = userIds.map(name);
  return { headers, bodies: { kind: 'draw', prefix, names, count: usersPerRequest, suffix } };
}

/** @returns a function that returns the next body */
export function createDraw(bodies: Bodies): () => string {
  let turn = -1;
  if (bodies.kind === 'cycle') {
    const { texts } = bodies;
    return () => {
      turn = (turn + 1) % texts.length;
      return texts[turn] ?? '';
    };
  }
  const { prefix, count, suffix } = bodies;
  const names = [...bodies.names];
  return () => {
    // The first steps of a Fisher–Yates shuffle. The order of the other names does not matter.
    for (let i = 0; i < count; i += 1) {
      const j = i + Math.floor(Math.random() * (names.length - i));
      [names[i], names[j]] = [names[j] ?? '', names[i] ?? ''];
    }
    return prefix + names.slice(0, count).join(',') + suffix;
  };
}
