import {
  createKnownSemesters,
  type KnownSemesters,
  type KnownSemestersOptions,
} from '../../src/semesters/known-semesters';

/** Known cycles, over a list of cycles without a cache. */
export function cyclesOf(
  nowMs: () => number,
  isListed: KnownSemestersOptions['directory']['isListed'],
): KnownSemesters {
  return createKnownSemesters({ nowMs, directory: { isListed, remembers: () => false } });
}
