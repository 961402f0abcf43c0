import type { LocalizedText } from './localized-text';

/** A review cycle. Upstream may leave out everything but its ID. */
export interface Semester {
  readonly id: string;
  readonly name: LocalizedText | null;
  readonly startTime: Date | null;
  readonly endTime: Date | null;
}
