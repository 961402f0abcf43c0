import {
  type Emulator,
  EMULATOR_APP_ID,
  EMULATOR_APP_SECRET,
  type Person,
  type Semester,
} from '../../../src/emulator/emulator';

/** What came over the wire, with nothing read into it. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: RawBody;
}

export interface RawBody {
  code: number;
  msg: string;
  data: {
    base: Record<string, unknown>;
    items: RawItem[];
    has_more: boolean;
    page_token: string;
    [field: string]: unknown;
  };
  error: {
    log_id: string;
    field_violations: { field: string; value: string; description: string }[];
    permission_violations: { type: string; subject: string; description: string }[];
  };
  tenant_access_token: string;
  expire: number;
}

export interface RawItem {
  user_id: string;
  stage_num_lists: { task_option_id?: number; task_option?: number; stage_num: number }[];
  stage_task_info_lists: RawTask[];
  [field: string]: unknown;
}

export interface RawTask {
  stage_id: string;
  deadline: string;
  need_todo_count: number;
  finished_count: number;
  stage_task_status: string;
  task_option_id?: number;
  task_option?: number;
}

export const USER_LIST_PATH = '/open-apis/performance/v1/stage_tasks/find_by_user_list';
export const PAGE_PATH = '/open-apis/performance/v1/stage_tasks/find_by_page';
export const SEMESTERS_PATH = '/open-apis/performance/v1/semesters';
export const USER_INFO_PATH = '/open-apis/authen/v1/user_info';
export const TENANT_TOKEN_PATH = '/open-apis/auth/v3/tenant_access_token/internal';

/** An HTTP client that knows nothing of Feishu but its paths. */
export function rawClient(emulator: Emulator) {
  const send = async (path: string, init: RequestInit): Promise<RawAnswer> => {
    const response = await fetch(`${emulator.url}${path}`, init);
    const body = (await response.json()) as RawBody;
    return { status: response.status, headers: response.headers, body };
  };
  const post = (path: string, body: unknown, token?: string) =>
    send(path, { method: 'POST', headers: headersOf(token), body: JSON.stringify(body) });
  const get = (path: string, token?: string) => send(path, { headers: headersOf(token) });
  const fetchToken = (appId = EMULATOR_APP_ID, appSecret = EMULATOR_APP_SECRET) =>
    post(TENANT_TOKEN_PATH, { app_id: appId, app_secret: appSecret });
  const tenantToken = async () => (await fetchToken()).body.tenant_access_token;
  let usualToken: Promise<string> | undefined;
  /** With a tenant token that is fetched once, unless the test brings a token of its own. */
  const findByUserList = async (body: object, options: { token?: string; idType?: string } = {}) =>
    post(
      options.idType ? `${USER_LIST_PATH}?user_id_type=${options.idType}` : USER_LIST_PATH,
      { semester_id: runningSemester(emulator).id, ...body },
      options.token ?? (await (usualToken ??= tenantToken())),
    );
  return { send, post, get, fetchToken, tenantToken, findByUserList };
}

export type RawClient = ReturnType<typeof rawClient>;

export function headersOf(token?: string): Record<string, string> {
  return {
    'content-type': 'application/json; charset=utf-8',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
}

/** The running half-year. */
export function runningSemester({ semesters }: Emulator): Semester {
  return at(semesters, semesters.length - 1);
}

/** People who take part in the running cycle. */
export function participants(emulator: Emulator): Person[] {
  return emulator.people.filter((person) => takesPart(emulator, person));
}

export function absentees(emulator: Emulator): Person[] {
  return emulator.people.filter((person) => !takesPart(emulator, person));
}

export function openIds(people: readonly Person[], count: number): string[] {
  return people.slice(0, count).map(({ openId }) => openId);
}

export function at<T>(list: readonly T[], index: number): T {
  const element = list[index];
  if (element === undefined) throw new Error(`expected an element at ${index}, got none`);
  return element;
}

function takesPart(emulator: Emulator, { openId }: Person): boolean {
  const semesterId = runningSemester(emulator).id;
  const tasks = emulator.expectedTasks({ semesterId, userIdType: 'open_id', userId: openId });
  return tasks !== undefined;
}
