import fc from 'fast-check';
import type { UpstreamIdentityMode } from '../../src/auth/authorize';
import type { FilterStrategy, StageTaskFilter } from '../../src/domain/stage-task-filter';
import type { UserKey } from '../../src/domain/user';
import { CLIENTS, USERS, type ModelClient } from './access-clients';

const FILTERS: readonly StageTaskFilter[] = [{}, { options: ['TODO'] }, { deadlineAfterMs: 10 }];
/** Each filter selects only the first of them. */
export const TASKS = [
  { option: 'TODO', deadlineMs: 20 },
  { option: 'DONE', deadlineMs: 10 },
] as const;
export const CYCLES = ['1', '2'] as const;

export const isEmpty = (filter: StageTaskFilter) => Object.keys(filter).length === 0;

/** Half of the loads are of users that the client may read, if there are any. */
interface Wish {
  readonly allowed: boolean;
  readonly nth: number;
  readonly semesterId: string;
  readonly filter: StageTaskFilter;
  readonly maxAgeMs: number;
}

export interface Load extends Omit<Wish, 'allowed' | 'nth'> {
  readonly user: UserKey;
}

export interface Operation {
  readonly client: ModelClient;
  readonly afterMs: number;
  readonly loads: readonly Load[];
  readonly asksForCycle: boolean;
  /** Whether it asks for everyone in the cycle of its first load. */
  readonly asksForEveryone: boolean;
  /** Whether it opens a stream of the user of its first load. */
  readonly watches: boolean;
  /** Whether Feishu reports a change of the user of its first load before. */
  readonly isReported: boolean;
  /** The replica that serves it, if there are two. */
  readonly replica: 0 | 1;
  readonly timeMs: number;
  readonly leavesAfterMs: number | null;
}

export type Fate = 'answered' | 'slow' | 'rate limited' | 'unavailable' | 'refused';

export interface Schedule {
  readonly operations: readonly Operation[];
  readonly fates: readonly Fate[];
}

const wishes: fc.Arbitrary<Wish> = fc.record({
  allowed: fc.boolean(),
  nth: fc.nat(41),
  semesterId: fc.constantFrom('1', '1', '1', '2'),
  filter: fc.constantFrom(...FILTERS),
  maxAgeMs: fc.constantFrom(Infinity, Infinity, 500),
});
const seldom = fc.constantFrom(true, false, false, false, false, false);
const operations: fc.Arbitrary<Operation> = fc
  .record({
    client: fc.constantFrom(...CLIENTS),
    afterMs: fc.nat(12),
    wishes: fc.array(wishes, { minLength: 1, maxLength: 2 }),
    asksForCycle: seldom,
    asksForEveryone: fc.constantFrom(true, false, false),
    watches: seldom,
    isReported: seldom,
    replica: fc.constantFrom(0, 1),
    timeMs: fc.constantFrom(200, 1_000, 5_000),
    leavesAfterMs: fc.constantFrom(null, null, null, 45),
  })
  .map(({ wishes: wished, ...rest }) => ({
    ...rest,
    loads: wished.map((wish) => toLoad(wish, rest.client)),
  }));

function toLoad({ allowed, nth, ...rest }: Wish, { mayRead }: ModelClient): Load {
  const choice = allowed && mayRead.length > 0 ? mayRead : USERS;
  return { ...rest, user: choice[nth % choice.length] ?? { id: 'ana', idType: 'OPEN_ID' } };
}
export const schedules: fc.Arbitrary<Schedule> = fc.record({
  operations: fc.array(operations, { minLength: 1, maxLength: 2 }),
  fates: fc.array(
    fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom<Fate>('answered', 'answered', 'slow') },
      { weight: 1, arbitrary: fc.constantFrom<Fate>('rate limited', 'unavailable', 'refused') },
    ),
    { maxLength: 2 },
  ),
});

export interface ProcessOptions {
  readonly mode: UpstreamIdentityMode;
  readonly strategy: FilterStrategy;
  readonly remembers: boolean;
  /** Two replicas share it; without it there is one. */
  readonly redisUrl?: string;
}

/** Without Redis. Three processes that call Feishu as the app for each one that calls it as the client. */
export const PROCESSES: readonly ProcessOptions[] = (
  ['app', 'app', 'app', 'caller'] as const
).flatMap((mode) =>
  (['auto', 'pushdown'] as const).flatMap((strategy) =>
    [true, false].map((remembers) => ({ mode, strategy, remembers })),
  ),
);

/** Two replicas each, which share answers, messages and ledgers. */
export function processesWith(redisUrl: string): readonly ProcessOptions[] {
  const shared = { remembers: true, redisUrl };
  return [
    { mode: 'app', strategy: 'auto', ...shared },
    { mode: 'app', strategy: 'pushdown', ...shared },
    { mode: 'caller', strategy: 'auto', ...shared },
  ];
}
