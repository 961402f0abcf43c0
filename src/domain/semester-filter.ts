import { badUserInput } from './errors';
import { requireTimeMs } from './input-rules';
import type { ListedSemester, SemesterType, SemesterTypeGroup } from './semester';

/** A filter of cycles as the client sends it. Every part may be absent or null. */
export interface UncheckedSemesterFilter {
  readonly year?: number | null;
  readonly typeGroup?: SemesterTypeGroup | null;
  readonly type?: SemesterType | null;
  readonly startsAfter?: Date | null;
  readonly endsBefore?: Date | null;
}

/** Whether a cycle is wanted. */
export type SemesterFilter = (semester: ListedSemester) => boolean;

const FIRST_YEAR = 1970;
const LAST_YEAR = 9999;

/**
 * Checks the filter. Both bounds are exclusive. A cycle without a value that the filter compares does not match.
 * @throws GatewayError `BAD_USER_INPUT`
 */
export function requireSemesterFilter(filter: UncheckedSemesterFilter): SemesterFilter {
  const year = requireYear(filter.year);
  const typeGroup = requireKnown('typeGroup', filter.typeGroup);
  const type = requireKnown('type', filter.type);
  const afterMs = requireTimeMs('startsAfter', filter.startsAfter);
  const beforeMs = requireTimeMs('endsBefore', filter.endsBefore);
  if (afterMs !== undefined && beforeMs !== undefined && afterMs >= beforeMs) {
    throw badUserInput(
      'startsAfter',
      `a time before endsBefore (${new Date(beforeMs).toISOString()})`,
      new Date(afterMs).toISOString(),
    );
  }
  return (semester) =>
    (year === undefined || semester.year === year) &&
    (typeGroup === undefined || semester.typeGroup === typeGroup) &&
    (type === undefined || semester.type === type) &&
    (afterMs === undefined || timeOf(semester.startTime) > afterMs) &&
    (beforeMs === undefined || timeOf(semester.endTime) < beforeMs);
}

/** Whether the cycle has begun and not ended. If its start or end is not known, it does not count as running. */
export function runsAt({ startTime, endTime }: ListedSemester, nowMs: number): boolean {
  return timeOf(startTime) <= nowMs && nowMs < timeOf(endTime);
}

/** The next time at which a cycle begins to run or stops, in Unix milliseconds; `Infinity` if there is none. */
export function nextChangeMs(semesters: readonly ListedSemester[], nowMs: number): number {
  const changesMs = semesters.flatMap(({ startTime, endTime }) => [
    timeOf(startTime),
    timeOf(endTime),
  ]);
  return changesMs.reduce((next, ms) => (ms > nowMs && ms < next ? ms : next), Infinity);
}

/** Sorts cycles: the one that starts last is the first, cycles without a start are the last. */
export function newestFirst(semesters: readonly ListedSemester[]): ListedSemester[] {
  const startOf = ({ startTime }: ListedSemester) => startTime?.getTime() ?? -Infinity;
  return semesters.toSorted((a, b) => {
    const [startA, startB] = [startOf(a), startOf(b)];
    return startA === startB ? compareTexts(a.id, b.id) : startA < startB ? 1 : -1;
  });
}

/** Without a time every comparison with it is false. */
function timeOf(time: Date | null): number {
  return time?.getTime() ?? NaN;
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function requireYear(year: number | null | undefined): number | undefined {
  if (year === null || year === undefined) return undefined;
  if (year >= FIRST_YEAR && year <= LAST_YEAR) return year;
  throw badUserInput('year', `a year from ${FIRST_YEAR} to ${LAST_YEAR}`, String(year));
}

function requireKnown<T extends string>(
  argument: string,
  value: T | null | undefined,
): T | undefined {
  if (value === 'UNKNOWN') throw badUserInput(argument, 'a value other than UNKNOWN', value);
  return value ?? undefined;
}
