import { type BilingualText, bilingual } from './bilingual-text';
import type { SemesterKind, SemesterPlan } from './semester-plans';

/** When a cycle begins, and what it is called. */
export interface Period {
  /** Months since January of the year 0. */
  readonly firstMonth: number;
  readonly year: number;
  /** As Feishu writes it. */
  readonly typeGroup: string;
  /** As Feishu writes it. */
  readonly type: string;
  readonly name: BilingualText;
}

/** What all cycles of a kind have in common. */
interface KindTraits {
  readonly months: number;
  readonly typeGroup: string;
  /** The types of the periods of a year, in their order, each with its name in Chinese and in English. */
  readonly types: readonly (readonly [type: string, zhCN: string, enUS: string])[];
  readonly reviewDelayMonths: number;
}

/**
 * A period is reviewed at its end and afterwards. With a delay of two months a half-year has ended, when the
 * next one is reviewed, on any day, and no deadline is before the start of its cycle.
 */
const REVIEW_DELAY_MONTHS = 2;

const KINDS: Readonly<Record<SemesterKind, KindTraits>> = {
  annual: {
    months: 12,
    typeGroup: 'Annual',
    types: [['Annual', '年度', 'Annual']],
    reviewDelayMonths: REVIEW_DELAY_MONTHS,
  },
  'half-year': {
    months: 6,
    typeGroup: 'Semi-annual',
    types: [
      ['H1', '上半年', 'H1'],
      ['H2', '下半年', 'H2'],
    ],
    reviewDelayMonths: REVIEW_DELAY_MONTHS,
  },
  quarter: {
    months: 3,
    typeGroup: 'Quarter',
    types: [
      ['Q1', '第一季度', 'Q1'],
      ['Q2', '第二季度', 'Q2'],
      ['Q3', '第三季度', 'Q3'],
      ['Q4', '第四季度', 'Q4'],
    ],
    reviewDelayMonths: REVIEW_DELAY_MONTHS,
  },
  probation: {
    months: 1,
    typeGroup: 'Non-standard',
    types: [['Custom', '试用期', 'Probation']],
    reviewDelayMonths: 0,
  },
};

/** Returns the period of a cycle in this month. */
export function periodOf({ kind, periodsAgo }: SemesterPlan, month: number): Period {
  const { months, typeGroup, types, reviewDelayMonths } = KINDS[kind];
  const running = Math.floor((month - reviewDelayMonths) / months);
  const firstMonth = (running - periodsAgo) * months;
  const year = Math.floor(firstMonth / 12);
  const nth = Math.floor((firstMonth % 12) / months) % types.length;
  const [type, zhCN, enUS] = types[nth] ?? ['', '', ''];
  const name = bilingual(`${year} 年${zhCN}绩效评估`, `${year} ${enUS} Performance Review`);
  return { firstMonth, year, typeGroup, type, name };
}
