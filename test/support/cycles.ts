import {
  createKnownSemesters,
  type KnownSemesters,
  type KnownSemestersOptions,
} from '../../src/semesters/known-semesters';

/** Of a list of cycles that nothing is remembered of. */
export function cyclesOf(
  nowMs: () => number,
  isListed: KnownSemestersOptions['directory']['isListed'],
): KnownSemesters {
  return createKnownSemesters({ nowMs, directory: { isListed, remembers: () => false } });
}
