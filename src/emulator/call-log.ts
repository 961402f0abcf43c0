import type { TokenKind } from './authorization';

export type ApiName =
  | 'find_by_user_list'
  | 'find_by_page'
  | 'semesters'
  | 'user_info'
  | 'tenant_token'
  | 'oauth_token'
  | 'app_ticket'
  | 'app_token';

/** One call to the emulator. It is recorded on arrival and completed when it is answered. */
export interface RecordedCall extends CallParameters {
  readonly api: ApiName;
  /** Unix time in milliseconds, by the emulator's `now`. */
  readonly at: number;
  readonly tokenKind: TokenKind;
  /** HTTP status; absent while the call is in flight, and when no answer was sent. */
  status?: number;
  /** Code of the envelope; also absent if the answer is not an envelope. */
  code?: number;
  /** The client disconnected before the answer. */
  aborted?: true;
}

/** The parameters as sent. A parameter is absent if it does not have the documented type. */
export interface CallParameters {
  /** The company of the token, or the one that a call for its token names. */
  readonly tenantKey?: string;
  readonly semesterId?: string;
  readonly userIdType?: string;
  readonly userIds?: readonly string[];
  readonly taskOptions?: readonly number[];
  readonly afterTime?: string;
  readonly beforeTime?: string;
}

const MAX_CALLS = 10_000;

export interface CallLog {
  /** The newest 10,000 calls, oldest first. */
  readonly calls: readonly RecordedCall[];
  record(call: RecordedCall): RecordedCall;
  clear(): void;
}

export function createCallLog(): CallLog {
  const calls: RecordedCall[] = [];
  return {
    calls,
    record(call) {
      calls.push(call);
      if (calls.length > MAX_CALLS) calls.shift();
      return call;
    },
    clear() {
      calls.length = 0;
    },
  };
}

/** Reads the parameters of a call that is not validated yet. */
export function callParameters(query: Record<string, unknown>, body: unknown): CallParameters {
  const fields: Record<string, unknown> = { ...query, ...(isRecord(body) ? body : {}) };
  const { semester_id, user_id_type, user_id_lists, task_option_lists, tenant_key } = fields;
  return {
    ...(isString(tenant_key) && { tenantKey: tenant_key }),
    ...(isString(semester_id) && { semesterId: semester_id }),
    ...(isString(user_id_type) && { userIdType: user_id_type }),
    ...(isListOf(user_id_lists, isString) && { userIds: user_id_lists }),
    ...(isListOf(task_option_lists, isNumber) && { taskOptions: task_option_lists }),
    ...(isString(fields['after_time']) && { afterTime: fields['after_time'] }),
    ...(isString(fields['before_time']) && { beforeTime: fields['before_time'] }),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isListOf<T>(value: unknown, isElement: (element: unknown) => element is T): value is T[] {
  return Array.isArray(value) && value.every((element) => isElement(element));
}
