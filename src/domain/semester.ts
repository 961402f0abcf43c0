import type { LocalizedText } from './localized-text';

/** A review cycle. Feishu may omit everything except its ID. */
export interface Semester {
  readonly id: string;
  readonly name: LocalizedText | null;
  readonly startTime: Date | null;
  readonly endTime: Date | null;
}
