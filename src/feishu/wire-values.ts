import type { LocalizedText } from '../domain/localized-text';
import type { I18nWire } from './wire/i18n.wire';

/** The last instant that a JavaScript `Date` can hold. (ECMA-262, 21.4.1.1) */
const MAX_DATE_MS = 8.64e15;

/** Reads milliseconds from a string of digits. `"0"`, `""` and anything else mean that no time is set. */
export function toDate(wire: string | undefined): Date | null {
  if (wire === undefined || !/^\d+$/.test(wire)) return null;
  const ms = Number(wire);
  return ms > 0 && ms <= MAX_DATE_MS ? new Date(ms) : null;
}

/** Feishu sends "" for a missing text. */
export function toText(wire: string | undefined): string | null {
  return wire === undefined || wire === '' ? null : wire;
}

/** The schemes of web pages and of Feishu's app links. */
const LINK_SCHEMES: ReadonlySet<string> = new Set(['https:', 'http:', 'lark:', 'feishu:']);
/** A link with a plain host is valid, whatever follows. Parsing all links would take half of decoding an answer. */
const PLAIN_LINK = /^https:\/\/(?:(?!xn--)[a-z][a-z0-9-]*\.)+[a-z]+(?:[/?#]|$)/;

/** Whether a page can safely show the link: not `javascript:`, `data:` or a relative path. */
export function isSafeLink(text: string): boolean {
  if (PLAIN_LINK.test(text)) return true;
  return URL.canParse(text) && LINK_SCHEMES.has(new URL(text).protocol);
}

/** Returns `null` if Feishu has the text in neither language, so that clients need only one check. */
export function toLocalizedText(wire: I18nWire | undefined): LocalizedText | null {
  const zhCN = toText(wire?.['zh-CN']);
  const enUS = toText(wire?.['en-US']);
  return zhCN === null && enUS === null ? null : { zhCN, enUS };
}
