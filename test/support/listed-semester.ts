import type { ListedSemester } from '../../src/domain/semester';

/** A cycle of which the list tells nothing but what the test says. */
export function listedSemester(
  id: string,
  known: Omit<Partial<ListedSemester>, 'id'> = {},
): ListedSemester {
  const untold = { name: null, startTime: null, endTime: null, year: null, typeGroup: null };
  const others = { type: null, progress: null, createdAt: null, modifiedAt: null };
  return { id, ...untold, ...others, ...known };
}
