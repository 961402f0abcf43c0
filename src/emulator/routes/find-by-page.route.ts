import { answeredItem } from '../answered-item';
import type { Endpoint } from '../endpoint';
import { paramInvalid, success } from '../envelope';
import { readBody, readFilter, readSemester, readUserIdType } from '../parameters';
import { PERFORMANCE_SCOPES } from '../scopes';
import type { Semester } from '../semesters';
import { semesterBase } from '../stage-task-items';

const DEFAULT_PAGE_SIZE = 20;
const MAX_PAGE_SIZE = 50;

/** Returns the items of `find_by_user_list` for all participants of a cycle. (fact 14) */
export const findByPage: Endpoint = {
  api: 'find_by_page',
  method: 'POST',
  path: '/open-apis/performance/v1/stage_tasks/find_by_page',
  acceptedTokens: ['tenant'],
  acceptedScopes: PERFORMANCE_SCOPES,
  answer(state, call) {
    const { tenant, settings } = state;
    const body = readBody(call.body);
    const idType = readUserIdType(call.query);
    const semester = readSemester(tenant, body);
    const filter = readFilter(body, settings.deadlineBounds);
    const { people, ...position } = cutPage(tenant.participantsOf(semester), semester, body);
    const requested = { semester, idType, filter };
    const items = people.map((person) => answeredItem(state, requested, person));
    return success({ base: semesterBase(semester), items, ...position });
  },
};

function cutPage<T>(participants: readonly T[], semester: Semester, body: Record<string, unknown>) {
  const start = readPageStart(body['page_token'], semester);
  const end = start + readPageSize(body['page_size']);
  const hasMore = end < participants.length;
  return {
    people: participants.slice(start, end),
    has_more: hasMore,
    page_token: hasMore ? pageToken(semester, end) : '',
  };
}

function readPageSize(value: unknown): number {
  if (value === undefined) return DEFAULT_PAGE_SIZE;
  if (isIntegerBetween(value, 1, MAX_PAGE_SIZE)) return value;
  throw paramInvalid('page_size', `a whole number from 1 to ${MAX_PAGE_SIZE}`, value);
}

/** The token of the first page is absent or empty; the last page returns the empty token. */
function readPageStart(value: unknown, semester: Semester): number {
  if (value === undefined || value === '') return 0;
  const text = typeof value === 'string' ? Buffer.from(value, 'base64url').toString() : '';
  const [semesterId, start] = text.split('/');
  const isOwn = semesterId === semester.id && /^\d{1,6}$/.test(start ?? '');
  if (!isOwn) throw paramInvalid('page_token', 'a page token of this semester', value);
  return Number(start);
}

function pageToken(semester: Semester, start: number): string {
  return Buffer.from(`${semester.id}/${start}`).toString('base64url');
}

function isIntegerBetween(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}
