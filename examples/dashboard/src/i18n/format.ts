import type { Bilingual } from '../model/directory';

export type Language = 'en' | 'zh-CN';

/** How a language writes dates, ages and names. Dates are in the browser's time zone. */
export interface Format {
  readonly date: (time: string) => string;
  /** The date without its year. */
  readonly day: (time: string) => string;
  readonly dateTime: (time: string) => string;
  /** Such as `3 minutes ago`. */
  readonly age: (time: string, nowMs: number) => string;
  /** Such as `in 11 days`. */
  readonly until: (time: string, nowMs: number) => string;
  /** Such as `34 seconds`. */
  readonly duration: (ms: number) => string;
  readonly percent: (share: number) => string;
  /** The text in this language, or else in the other one. */
  readonly text: (text: Bilingual | null) => string | null;
  readonly compare: (one: string, other: string) => number;
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

export function createFormat(language: Language): Format {
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium' });
  const day = new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric' });
  const dateTime = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  const collator = new Intl.Collator(language, { numeric: true });
  return {
    date: (time) => date.format(new Date(time)),
    day: (time) => day.format(new Date(time)),
    dateTime: (time) => dateTime.format(new Date(time)),
    age(time, nowMs) {
      const ageMs = Math.max(0, nowMs - Date.parse(time));
      const [unit, ms] = largestUnit(ageMs);
      return relative.format(-Math.floor(ageMs / ms), unit);
    },
    until(time, nowMs) {
      const leftMs = Math.max(0, Date.parse(time) - nowMs);
      const [unit, ms] = largestUnit(leftMs);
      return relative.format(Math.floor(leftMs / ms), unit);
    },
    duration(ms) {
      const [unit, size] = largestUnit(ms);
      const style = { style: 'unit', unit, unitDisplay: 'long' } as const;
      return new Intl.NumberFormat(language, style).format(Math.ceil(ms / size));
    },
    // A stage with one person left is not at 100 %.
    percent: (share) => percent.format(Math.floor(share * 100) / 100),
    text: (text) =>
      (language === 'en' ? (text?.enUS ?? text?.zhCN) : (text?.zhCN ?? text?.enUS)) ?? null,
    compare: (one, other) => collator.compare(one, other),
  };
}

function largestUnit(ms: number): (typeof UNITS)[number] {
  return UNITS.find(([, size]) => ms >= size) ?? UNITS[3];
}
