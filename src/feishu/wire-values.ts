import type { LocalizedText } from '../domain/localized-text';
import type { I18nWire } from './wire/i18n.wire';

/** The last instant that a JavaScript `Date` can hold. (ECMA-262, 21.4.1.1) */
const MAX_DATE_MS = 8.64e15;

/** Milliseconds as digits in a string. `"0"`, `""` and anything else mean that no time is set. */
export function toDate(wire: string | undefined): Date | null {
  if (wire === undefined || !/^\d+$/.test(wire)) return null;
  const ms = Number(wire);
  return ms > 0 && ms <= MAX_DATE_MS ? new Date(ms) : null;
}

/** Upstream writes "" where it has nothing to say. */
export function toText(wire: string | undefined): string | null {
  return wire === undefined || wire === '' ? null : wire;
}

/** The web, and the schemes of Feishu's own app links. */
const LINK_SCHEMES: ReadonlySet<string> = new Set(['https:', 'http:', 'lark:', 'feishu:']);

/** Whether a page may let a user follow it: not `javascript:`, `data:`, or a path on another page. */
export function isSafeLink(text: string): boolean {
  return URL.canParse(text) && LINK_SCHEMES.has(new URL(text).protocol);
}

/** `null` where upstream has neither language, so that a client tests one thing only. */
export function toLocalizedText(wire: I18nWire | undefined): LocalizedText | null {
  const zhCN = toText(wire?.['zh-CN']);
  const enUS = toText(wire?.['en-US']);
  return zhCN === null && enUS === null ? null : { zhCN, enUS };
}
