import type { UserIdTypeWire, UserStageTasksWire } from '../feishu/wire/stage-task.wire';
import { answeredItem } from './answered-item';
import { type ApiName, CallLog, type RecordedCall } from './call-log';
import type { EmulatorState } from './endpoint';
import { type Fault, FaultScript } from './faults';
import { type EmulatorOptions, resolveOptions } from './options';
import { readFilter, readSemester } from './parameters';
import type { Person } from './people';
import { Quotas } from './quotas';
import type { Semester } from './semesters';
import { createServer } from './server';
import { createTenant } from './tenant';
import { TokenStore } from './tokens';

export type { ApiName, RecordedCall } from './call-log';
export type { Fault, ScriptedAnswer } from './faults';
export { EMULATOR_APP_ID, EMULATOR_APP_SECRET, type EmulatorOptions } from './options';
export type { Person } from './people';
export type { Semester } from './semesters';

/** A running emulator: what it serves, what it has seen, and what to make it do next. */
export interface Emulator {
  /** Without a trailing slash, e.g. `http://127.0.0.1:49152`. */
  readonly url: string;
  readonly people: readonly Person[];
  /** The company's key, as `user_info` tells it. */
  readonly tenantKey: string;
  readonly semesters: readonly Semester[];
  /** The newest 10,000 calls, oldest first; calls in flight are among them. */
  readonly calls: readonly RecordedCall[];
  callsOf(api: ApiName): readonly RecordedCall[];
  clearCalls(): void;
  /** Orders a fault. The first one that fits a call wins, and is used up after its `times`. */
  script(fault: Fault): void;
  /** Makes every tenant token issued so far invalid; the next fetch yields a new one. */
  revokeTenantTokens(): void;
  /** The tokens that the option `userTokens` asked for, in its order. */
  readonly userTokens: readonly IssuedUserToken[];
  issueUserToken(person: Person, options?: { lifeSeconds?: number }): string;
  /**
   * What a call would answer for this one user; `undefined` when the user would be left out.
   * Throws when the call would be refused because of its semester or filter.
   */
  readonly expectedTasks: (query: ExpectedTasksQuery) => UserStageTasksWire | undefined;
  /** Stops listening and destroys all open connections. */
  close(): Promise<void>;
}

export interface IssuedUserToken {
  readonly openId: string;
  readonly token: string;
}

/** The parameters of `find_by_user_list` for one user; times in milliseconds, as strings. */
export interface ExpectedTasksQuery {
  readonly semesterId: string;
  readonly userIdType: UserIdTypeWire;
  readonly userId: string;
  readonly taskOptions?: readonly number[];
  readonly afterTime?: string;
  readonly beforeTime?: string;
}

/** Starts a Feishu on loopback. Rejects when an option cannot work, or the port is taken. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const state = createState(options);
  const userTokens = state.settings.userTokens.map((openId) => issueFor(state, openId));
  const server = createServer(state);
  const { host, port } = state.settings;
  const url = await server.listen({ host, port });
  return {
    url,
    people: state.tenant.people,
    tenantKey: state.tenant.key,
    semesters: state.tenant.semesters,
    get calls() {
      return state.calls.calls;
    },
    callsOf: (api) => state.calls.calls.filter((call) => call.api === api),
    clearCalls: () => {
      state.calls.clear();
    },
    script: (fault) => {
      state.faults.add(fault);
    },
    revokeTenantTokens: () => {
      state.tokens.revokeTenantTokens();
    },
    userTokens,
    issueUserToken: (person, { lifeSeconds } = {}) =>
      state.tokens.issueUserToken(person, lifeSeconds),
    expectedTasks: (query) => expectedTasks(state, query),
    close: () => server.close(),
  };
}

function createState(options: EmulatorOptions): EmulatorState {
  const settings = resolveOptions(options);
  return {
    settings,
    tenant: createTenant(settings),
    tokens: new TokenStore(settings.now, settings.tokenLifeSeconds),
    quotas: new Quotas(settings),
    faults: new FaultScript(),
    calls: new CallLog(),
  };
}

function issueFor({ tenant, tokens }: EmulatorState, openId: string): IssuedUserToken {
  const person = tenant.personBy('open_id', openId);
  if (person) return { openId, token: tokens.issueUserToken(person) };
  throw new RangeError(`userTokens: expected open IDs of the emulator's people, got '${openId}'`);
}

function expectedTasks(
  { tenant, settings }: EmulatorState,
  query: ExpectedTasksQuery,
): UserStageTasksWire | undefined {
  const semester = readSemester(tenant, { semester_id: query.semesterId });
  const fields = {
    task_option_lists: query.taskOptions,
    after_time: query.afterTime,
    before_time: query.beforeTime,
  };
  const filter = readFilter(fields, settings.deadlineBounds);
  const idType = query.userIdType;
  const person = tenant.personBy(idType, query.userId);
  return person && answeredItem({ tenant, settings }, { semester, idType, filter }, person);
}
