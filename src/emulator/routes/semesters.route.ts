import type { SemesterWire } from '../../feishu/wire/semester.wire';
import type { Endpoint } from '../endpoint';
import { paramInvalid, success } from '../envelope';
import { readChoice, readTimestamp } from '../parameters';
import { idOf, type Person } from '../people';
import { mayReadUserIds, PERFORMANCE_SCOPES } from '../scopes';
import type { Semester } from '../semesters';

type Query = Record<string, unknown>;

const TYPE_GROUPS = [
  'Annual',
  'Semi-annual',
  'Quarter',
  'Bimonth',
  'Month',
  'Non-standard',
] as const;

const TYPES = [
  ...['Annual', 'H1', 'H2', 'Q1', 'Q2', 'Q3', 'Q4', 'Custom'],
  ...['January-February', 'March-April', 'May-June'],
  ...['July-August', 'September-October', 'November-December'],
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];

/** This API does not accept `people_admin_id`. */
const USER_ID_TYPES = ['open_id', 'union_id', 'user_id'] as const;
type CreatorIdType = (typeof USER_ID_TYPES)[number];

/** Returns the tenant's cycles that match all given filters. (fact 13) */
export const semesters: Endpoint = {
  api: 'semesters',
  method: 'GET',
  path: '/open-apis/performance/v1/semesters',
  acceptedTokens: ['tenant'],
  acceptedScopes: PERFORMANCE_SCOPES,
  answer({ tenant, settings }, { query }) {
    const matches = readFilters(query);
    const idType = readChoice(query, 'user_id_type', USER_ID_TYPES) ?? 'open_id';
    const isShown = idType !== 'user_id' || mayReadUserIds(settings.missingScopes);
    const [creator] = isShown ? tenant.people : [];
    const found = tenant.semesters.filter(matches);
    return success({ items: found.map((semester) => semesterItem(semester, creator, idType)) });
  },
};

/**
 * `start_time` excludes cycles that start before it, `end_time` cycles that end after it.
 * Source: https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/performance-v1/semester/list
 */
function readFilters(query: Query): (semester: Semester) => boolean {
  const startMs = readTimestamp(query, 'start_time') ?? -Infinity;
  const endMs = readTimestamp(query, 'end_time') ?? Infinity;
  const year = readYear(query['year']);
  const typeGroup = readChoice(query, 'type_group', TYPE_GROUPS);
  const type = readChoice(query, 'type', TYPES);
  return (semester) =>
    semester.startTimeMs >= startMs &&
    semester.endTimeMs <= endMs &&
    semester.year === (year ?? semester.year) &&
    semester.typeGroup === (typeGroup ?? semester.typeGroup) &&
    semester.type === (type ?? semester.type);
}

function readYear(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^\d{1,4}$/.test(value)) return Number(value);
  throw paramInvalid('year', 'a year from 0 to 9999', value);
}

function semesterItem(
  semester: Semester,
  creator: Person | undefined,
  idType: CreatorIdType,
): SemesterWire {
  const creatorId = creator && idOf(creator, idType);
  return {
    id: semester.id,
    year: semester.year,
    type_group: semester.typeGroup,
    type: semester.type,
    name: semester.name,
    progress: semester.progress,
    start_time: String(semester.startTimeMs),
    end_time: String(semester.endTimeMs),
    create_time: String(semester.createTimeMs),
    modify_time: String(semester.modifyTimeMs),
    create_user_id: creatorId,
    modify_user_id: creatorId,
  };
}
