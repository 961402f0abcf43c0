import type { LocalizedText } from './localized-text';

/** How long the cycles of a kind last. `UNKNOWN`: a group that this gateway does not know yet. */
export const SemesterTypeGroup = {
  ANNUAL: 'ANNUAL',
  SEMI_ANNUAL: 'SEMI_ANNUAL',
  QUARTER: 'QUARTER',
  BIMONTH: 'BIMONTH',
  MONTH: 'MONTH',
  NON_STANDARD: 'NON_STANDARD',
  UNKNOWN: 'UNKNOWN',
} as const;
export type SemesterTypeGroup = keyof typeof SemesterTypeGroup;

/** Which part of the year a cycle reviews. `UNKNOWN`: a type that this gateway does not know yet. */
export const SemesterType = {
  ANNUAL: 'ANNUAL',
  H1: 'H1',
  H2: 'H2',
  Q1: 'Q1',
  Q2: 'Q2',
  Q3: 'Q3',
  Q4: 'Q4',
  JANUARY_FEBRUARY: 'JANUARY_FEBRUARY',
  MARCH_APRIL: 'MARCH_APRIL',
  MAY_JUNE: 'MAY_JUNE',
  JULY_AUGUST: 'JULY_AUGUST',
  SEPTEMBER_OCTOBER: 'SEPTEMBER_OCTOBER',
  NOVEMBER_DECEMBER: 'NOVEMBER_DECEMBER',
  JANUARY: 'JANUARY',
  FEBRUARY: 'FEBRUARY',
  MARCH: 'MARCH',
  APRIL: 'APRIL',
  MAY: 'MAY',
  JUNE: 'JUNE',
  JULY: 'JULY',
  AUGUST: 'AUGUST',
  SEPTEMBER: 'SEPTEMBER',
  OCTOBER: 'OCTOBER',
  NOVEMBER: 'NOVEMBER',
  DECEMBER: 'DECEMBER',
  CUSTOM: 'CUSTOM',
  UNKNOWN: 'UNKNOWN',
} as const;
export type SemesterType = keyof typeof SemesterType;

/** Whether the company has enabled a cycle. `UNKNOWN`: a value that this gateway does not know yet. */
export const SemesterProgress = {
  INITIATING: 'INITIATING',
  ENABLED: 'ENABLED',
  UNKNOWN: 'UNKNOWN',
} as const;
export type SemesterProgress = keyof typeof SemesterProgress;

/** A review cycle. Feishu may omit everything except its ID. */
export interface Semester {
  readonly id: string;
  readonly name: LocalizedText | null;
  readonly startTime: Date | null;
  readonly endTime: Date | null;
}

/** A review cycle as the list of cycles describes it. Answers with stage tasks tell less. */
export interface ListedSemester extends Semester {
  readonly year: number | null;
  readonly typeGroup: SemesterTypeGroup | null;
  readonly type: SemesterType | null;
  readonly progress: SemesterProgress | null;
  readonly createdAt: Date | null;
  readonly modifiedAt: Date | null;
}
