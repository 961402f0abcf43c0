import type { UserStageTasksWire } from '../feishu/wire/stage-task.wire';
import { answeredItem } from './answered-item';
import type { EmulatorState } from './endpoint';
import { createEventSender } from './event-sender';
import { reviewEvent } from './events';
import { type EmulatorOptions, resolveOptions } from './options';
import { readFilter, readSemester } from './parameters';
import type {
  Emulator,
  ExpectedTasksQuery,
  IssuedUserToken,
  ReviewEventOptions,
} from './running-emulator';
import { createServer } from './server';
import { createState } from './state';
import type { Tenant } from './tenant';

export type { ApiName, RecordedCall } from './call-log';
export type { EventDelivery } from './event-sender';
export type { ReviewEventType } from './events';
export type { Fault, ScriptedAnswer } from './faults';
export { EMULATOR_APP_ID, EMULATOR_APP_SECRET, type EmulatorOptions } from './options';
export type { Person } from './people';
export type {
  Emulator,
  ExpectedTasksQuery,
  IssuedUserToken,
  ReviewEventOptions,
} from './running-emulator';
export type { Semester } from './semesters';

const HOUR_MS = 3_600_000;

/** Starts an emulated Feishu on loopback. Rejects if an option is invalid or the port is taken. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const settings = resolveOptions(options);
  const events = createEventSender(settings);
  const state = createState(settings, events);
  const { tenants, tokens, tickets } = state;
  const { first } = tenants;
  const hourly = startHourlyTicket(state);
  const userTokens = state.settings.userTokens.map((openId) => issueTokenFor(state, openId));
  const server = createServer(state);
  const { host, port } = state.settings;
  const url = await server.listen({ host, port });
  return {
    url,
    people: first.people,
    tenantKey: first.key,
    semesters: first.semesters,
    tenantKeys: tenants.keys,
    tenant: (key) => tenantOf(state, key),
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
      tokens.revoke('tenant');
    },
    revokeAppToken: () => {
      tokens.revoke('app');
    },
    revokeTickets: () => {
      tickets.revoke();
    },
    sendTicket: state.sendTicket,
    sendReviewEvent: (event) => {
      events.send(toReviewEvent(state, event));
    },
    deliveries: events.deliveries,
    uninstall: (key) => {
      tenants.setInstalled(key, false);
    },
    install: (key) => {
      tenants.setInstalled(key, true);
    },
    userTokens,
    issueUserToken: (person, { lifeSeconds, tenantKey = first.key } = {}) =>
      tokens.issueUserToken(tenantKey, person, lifeSeconds),
    expectedTasks: (query) => expectedTasks(state, query),
    close: () => {
      clearInterval(hourly);
      events.close();
      return server.close();
    },
  };
}

/** (fact 22) */
function startHourlyTicket({ settings, sendTicket }: EmulatorState): NodeJS.Timeout | undefined {
  if (settings.appType === 'custom') return undefined;
  return setInterval(sendTicket, HOUR_MS).unref();
}

/** @throws RangeError for an unknown key */
function tenantOf({ tenants }: EmulatorState, key: string): Tenant {
  const tenant = tenants.of(key);
  if (!tenant) throw new RangeError(`tenantKey: expected one of the emulator's, got '${key}'`);
  return tenant;
}

function toReviewEvent(state: EmulatorState, event: ReviewEventOptions) {
  const { type = 'performance.review_data.changed_v2', people } = event;
  const tenant = tenantOf(state, event.tenantKey ?? state.tenants.first.key);
  const semesterId = event.semesterId ?? tenant.semesters.at(-1)?.id ?? '';
  return reviewEvent({ type, tenantKey: tenant.key, semesterId, people }, state.settings);
}

function issueTokenFor({ tenants, tokens }: EmulatorState, openId: string): IssuedUserToken {
  const { first } = tenants;
  const person = first.personBy('open_id', openId);
  if (person) return { openId, token: tokens.issueUserToken(first.key, person) };
  throw new RangeError(`userTokens: expected open IDs of the emulator's people, got '${openId}'`);
}

function expectedTasks(
  state: EmulatorState,
  query: ExpectedTasksQuery,
): UserStageTasksWire | undefined {
  const { settings, tenants } = state;
  const tenant = tenantOf(state, query.tenantKey ?? tenants.first.key);
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
