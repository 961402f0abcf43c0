import fc from 'fast-check';
import type { UpstreamIdentityMode } from '../../src/auth/authorize';
import type { Principal } from '../../src/domain/principal';
import { Secret } from '../../src/domain/secret';
import type { FilterStrategy, StageTaskFilter } from '../../src/domain/stage-task-filter';
import type { UserKey } from '../../src/domain/user';
import { createUserSet } from '../../src/domain/user-set';

const open = (id: string): UserKey => ({ id, idType: 'OPEN_ID' });
const byUserId = (id: string): UserKey => ({ id, idType: 'USER_ID' });

/** One text is the open ID of Ana and the user ID of Ben, which can happen if a company chooses its IDs. */
export const USERS: readonly UserKey[] = [
  ...['ana', 'ben', 'cao', 'stranger'].map(open),
  ...['ben-1', 'ana', 'cao'].map(byUserId),
];

export interface ModelClient {
  readonly principal: Principal;
  /** The users that it may read: the oracle, which does not use `src/auth`. */
  readonly mayRead: readonly UserKey[];
}

const person = (name: string, ids: readonly UserKey[], token?: string): ModelClient => ({
  principal: {
    kind: 'user',
    name,
    policy: 'self',
    ids,
    tenantKey: null,
    ...(token !== undefined && { accessToken: new Secret(token) }),
  },
  mayRead: ids,
});

/** Has no token of Feishu, as no credentials with a list have one. */
const manager = (
  name: string,
  ids: readonly UserKey[],
  reports: readonly UserKey[],
): ModelClient => ({
  principal: {
    kind: 'user',
    name,
    policy: 'listed',
    ids,
    tenantKey: null,
    reports: createUserSet(reports),
  },
  mayRead: [...ids, ...reports],
});

const CLIENTS: readonly ModelClient[] = [
  {
    principal: { kind: 'service', name: 'all', policy: 'all', ids: [], tenantKey: null },
    mayRead: USERS,
  },
  {
    principal: { kind: 'service', name: 'router', policy: 'self', ids: [], tenantKey: null },
    mayRead: [],
  },
  person('ana by JWT', [open('ana')]),
  person('ana', [open('ana'), byUserId('ana-1')], 'token of ana'),
  person('ana again', [open('ana')], 'another token of ana'),
  manager('ana the manager', [open('ana')], [byUserId('ben-1'), open('stranger')]),
  // Ben by the same text as Ana's open ID, which the list does not hold.
  manager('cao the manager', [open('cao'), byUserId('cao')], [open('ben'), byUserId('ana')]),
  person('ben', [open('ben'), byUserId('ben-1'), byUserId('ana')], 'token of ben'),
  {
    principal: {
      kind: 'user',
      name: 'cao of HR',
      policy: 'all',
      ids: [open('cao')],
      tenantKey: null,
    },
    mayRead: USERS,
  },
];

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
const operations: fc.Arbitrary<Operation> = fc
  .record({
    client: fc.constantFrom(...CLIENTS),
    afterMs: fc.nat(12),
    wishes: fc.array(wishes, { minLength: 1, maxLength: 2 }),
    asksForCycle: fc.constantFrom(true, false, false, false, false, false),
    timeMs: fc.constantFrom(200, 1_000, 5_000),
    leavesAfterMs: fc.constantFrom(null, null, null, 45),
  })
  .map(({ wishes: wished, ...rest }) => ({
    ...rest,
    loads: wished.map((wish) => toLoad(wish, rest.client)),
  }));

function toLoad({ allowed, nth, ...rest }: Wish, { mayRead }: ModelClient): Load {
  const choice = allowed && mayRead.length > 0 ? mayRead : USERS;
  return { ...rest, user: choice[nth % choice.length] ?? open('ana') };
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
}

/** Three processes that call Feishu as the app for each one that calls it as the client. */
export const PROCESSES: readonly ProcessOptions[] = (
  ['app', 'app', 'app', 'caller'] as const
).flatMap((mode) =>
  (['auto', 'pushdown'] as const).flatMap((strategy) =>
    [true, false].map((remembers) => ({ mode, strategy, remembers })),
  ),
);
