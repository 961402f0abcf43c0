/**
 * Days are whole numbers since 1970-01-01, months since January of the year 0. The tenant is in China, which
 * has one time zone and no daylight saving time.
 */
const DAY_MS = 24 * 60 * 60 * 1000;
const OFFSET_MS = 8 * 60 * 60 * 1000;
const SECOND_MS = 1000;

/** Returns the day in China at this Unix time. */
export function dayInChina(timeMs: number): number {
  return Math.floor((timeMs + OFFSET_MS) / DAY_MS);
}

export function startOfDayMs(day: number): number {
  return day * DAY_MS - OFFSET_MS;
}

/** Returns the last second of a day, which Feishu uses for deadlines. */
export function endOfDayMs(day: number): number {
  return startOfDayMs(day + 1) - SECOND_MS;
}

export function monthOf(day: number): number {
  const date = new Date(day * DAY_MS);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

export function firstDayOfMonth(month: number): number {
  return dayOf(0, month, 1);
}

export function lastDayOfMonth(day: number): number {
  const date = new Date(day * DAY_MS);
  return dayOf(date.getUTCFullYear(), date.getUTCMonth() + 1, 0);
}

/** Uses `setUTCFullYear`, because `Date.UTC` reads the years 0 to 99 as 1900 to 1999. */
function dayOf(year: number, month: number, dayOfMonth: number): number {
  return new Date(0).setUTCFullYear(year, month, dayOfMonth) / DAY_MS;
}
