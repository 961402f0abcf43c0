import { z } from 'zod';
import type { Batcher } from '../batching/batcher';
import type { Lifetimes } from '../cache/freshness';
import type { SnapshotCache } from '../cache/snapshot-cache';
import type { ChangeFeed } from '../changes/change-feed';
import type { Clock } from '../domain/clock';
import { UserIdType } from '../domain/user';
import {
  createMarkedRefresh,
  type MarkedRefresh,
  type ReportedChange,
} from '../loading/marked-refresh';
import type { Marks } from '../loading/marks';
import type { RefreshAhead } from '../loading/refresh-ahead';
import { createClaims } from '../redis/claims';
import { createRecentMessages } from '../redis/recent-messages';
import { createChannel, type SharedState } from './shared-state';

export interface MarkedAnswersParts {
  readonly marks: Marks;
  readonly cache: SnapshotCache;
  readonly changes: ChangeFeed;
  readonly lifetimes: Lifetimes;
  readonly refreshAhead: RefreshAhead;
  readonly batcher: Pick<Batcher, 'refreshPromptly'>;
  readonly sharedState: SharedState | undefined;
  readonly clock: Clock;
}

export interface MarkedAnswers {
  readonly markedRefresh: MarkedRefresh;
  /** Marks the users of a change on all replicas. */
  readonly noteChange: (change: ReportedChange) => void;
}

/** A replica that could not refresh the answers in this time leaves them to another one. */
const CLAIM_MS = 3_000;

/** What a replica tells the others. `atMs` is on the clock of Redis. */
const message = z.object({
  from: z.string(),
  semesterId: z.string(),
  users: z.array(z.object({ id: z.string(), idType: z.enum(UserIdType) })),
  atMs: z.number(),
});

/** Connects the marks of all replicas. */
export function createMarkedAnswers(parts: MarkedAnswersParts): MarkedAnswers {
  const { marks, cache, changes, lifetimes, refreshAhead, batcher, sharedState, clock } = parts;
  const markedRefresh = createMarkedRefresh({
    ...{ marks, cache, changes, lifetimes, refreshAhead, clock },
    refresh: batcher.refreshPromptly,
    claim: sharedState
      ? createClaims({ ...sharedState, lifeMs: CLAIM_MS })
      : (names) => Promise.resolve(names.map(() => true)),
  });
  const tellOthers = sharedState && shareMarks(sharedState, markedRefresh, lifetimes, clock);
  return {
    markedRefresh,
    noteChange(change) {
      const atMs = clock.now();
      markedRefresh.note(change, atMs);
      tellOthers?.(change, atMs);
    },
  };
}

function shareMarks(
  sharedState: SharedState,
  markedRefresh: MarkedRefresh,
  { freshMs }: Lifetimes,
  clock: Clock,
): (change: ReportedChange, atMs: number) => void {
  const { link, sealedPrefix, replicaId } = sharedState;
  const channel = createChannel('marks', sharedState, clock);
  const lifeMs = Math.max(1, freshMs);
  const recent = createRecentMessages({
    ...{ ...sharedState, clock, lifeMs },
    key: `${sealedPrefix}:recent-marks`,
  });

  function receive(text: string, isOwn: (from: string) => boolean): void {
    const { data } = message.safeParse(parse(text));
    if (!data || isOwn(data.from)) return;
    const atMs = Math.min(clock.now(), data.atMs + link.aheadOfRedisMs());
    markedRefresh.note(data, atMs);
  }

  /** Also this replica's own marks: it may have forgotten the tenant since. */
  async function catchUp(): Promise<void> {
    for (const text of await recent.read()) receive(text, () => false);
  }

  channel?.subscribe((text) => {
    receive(text, (from) => from === replicaId);
  });
  // Messages were lost before this replica was connected, and before it served the tenant.
  link.onConnected(() => void catchUp());
  if (link.upSinceMs() !== undefined) void catchUp();
  return ({ semesterId, users }, atMs) => {
    const sharedAtMs = atMs - link.aheadOfRedisMs();
    const text = JSON.stringify({ from: replicaId, semesterId, users, atMs: sharedAtMs });
    void channel?.publish(text);
    recent.add(text);
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
