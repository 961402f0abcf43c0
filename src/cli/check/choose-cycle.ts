import type { ListedSemester } from '../../domain/semester';
import { newestFirst, runsAt } from '../../domain/semester-filter';

/** A cycle that runs now, else the newest one. */
export function chooseCycle(
  semesters: readonly ListedSemester[],
  nowMs: number,
): ListedSemester | undefined {
  const sorted = newestFirst(semesters);
  return sorted.find((semester) => runsAt(semester, nowMs)) ?? sorted[0];
}
