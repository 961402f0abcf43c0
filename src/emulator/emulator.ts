import type { UserIdTypeWire, UserStageTasksWire } from '../feishu/wire/stage-task.wire';
import { answeredItem } from './answered-item';
import { type ApiName, createCallLog, type RecordedCall } from './call-log';
import type { EmulatorState } from './endpoint';
import { createFaultScript, type Fault } from './faults';
import { type EmulatorOptions, resolveOptions } from './options';
import { readFilter, readSemester } from './parameters';
import type { Person } from './people';
import { createQuotas } from './quotas';
import type { Semester } from './semesters';
import { createServer } from './server';
import { createTenant } from './tenant';
import { createTokenStore } from './tokens';

export type { ApiName, RecordedCall } from './call-log';
export type { Fault, ScriptedAnswer } from './faults';
export { EMULATOR_APP_ID, EMULATOR_APP_SECRET, type EmulatorOptions } from './options';
export type { Person } from './people';
export type { Semester } from './semesters';

/** A running emulator: its data, its recorded calls, and controls for faults and tokens. */
export interface Emulator {
  /** Without a trailing slash, e.g. `http://127.0.0.1:49152`. */
  readonly url: string;
  readonly people: readonly Person[];
  /** The company's key, as in `user_info`. */
  readonly tenantKey: string;
  readonly semesters: readonly Semester[];
  /** The newest 10,000 calls, oldest first, including in-flight calls. */
  readonly calls: readonly RecordedCall[];
  callsOf(api: ApiName): readonly RecordedCall[];
  clearCalls(): void;
  /** Adds a fault. A call gets the first fault that fits; each fault applies `times` times. */
  script(fault: Fault): void;
  /** Invalidates all tenant tokens issued so far. */
  revokeTenantTokens(): void;
  /** The tokens for the option `userTokens`, in its order. */
  readonly userTokens: readonly IssuedUserToken[];
  issueUserToken(person: Person, options?: { lifeSeconds?: number }): string;
  /**
   * Returns the item that a call for this user would return; `undefined` if the user would be missing.
   * @throws Refusal if the call would be refused because of its semester or filter
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

/** Starts an emulated Feishu on loopback. Rejects if an option is invalid or the port is taken. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const state = createState(options);
  const userTokens = state.settings.userTokens.map((openId) => issueTokenFor(state, openId));
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
    tokens: createTokenStore({
      now: settings.now,
      lifeSeconds: settings.tokenLifeSeconds,
      format: settings.tokenFormat,
    }),
    quotas: createQuotas(settings),
    faults: createFaultScript(),
    calls: createCallLog(),
  };
}

function issueTokenFor({ tenant, tokens }: EmulatorState, openId: string): IssuedUserToken {
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
