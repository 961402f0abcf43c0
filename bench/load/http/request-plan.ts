import { bodyOf } from './documents';
import type { Work } from './works';

/** What a load generator sends, as text, so that a generator in another language can send it. */
export interface RequestPlan {
  readonly headers: Readonly<Record<string, string>>;
  readonly bodies: Bodies;
}

export type Bodies =
  /** One after the other, from the first again after the last. */
  | { readonly kind: 'cycle'; readonly texts: readonly string[] }
  /** Each names so many users drawn at random, none twice. */
  | {
      readonly kind: 'draw';
      readonly prefix: string;
      readonly names: readonly string[];
      readonly count: number;
      readonly suffix: string;
    };

/** What a generator has seen in one round. */
export interface Measured {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Mean; with or without the headers. */
  readonly bytesPerAnswer: number;
  /** Answers of another status than 200, broken connections, timeouts. */
  readonly failures: number;
}

/** Connections that each send the next request once the last one is answered. */
export const CONNECTIONS = 32;

export function planRequests(
  { document, usersPerRequest, users }: Work,
  headers: RequestPlan['headers'],
  semesterId: string,
  hotUserIds: readonly string[],
): RequestPlan {
  const pages = users === 'same' ? 1 : hotUserIds.length / usersPerRequest;
  const texts = Array.from({ length: pages }, (_, i) =>
    bodyOf(document, semesterId, hotUserIds.slice(i * usersPerRequest, (i + 1) * usersPerRequest)),
  );
  if (users !== 'random') return { headers, bodies: { kind: 'cycle', texts } };
  const name = (userId: string) => JSON.stringify(document.nameUser(userId));
  const [marker = ''] = hotUserIds;
  const [prefix = '', suffix = ''] = bodyOf(document, semesterId, [marker]).split(name(marker));
  const names = hotUserIds.map(name);
  return { headers, bodies: { kind: 'draw', prefix, names, count: usersPerRequest, suffix } };
}

/** Draws the next body. */
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
    // The first steps of a Fisher–Yates shuffle; the order left over does not matter.
    for (let i = 0; i < count; i += 1) {
      const j = i + Math.floor(Math.random() * (names.length - i));
      [names[i], names[j]] = [names[j] ?? '', names[i] ?? ''];
    }
    return prefix + names.slice(0, count).join(',') + suffix;
  };
}
